"""Dealing gauges to folds."""
import numpy as np


def deal_gauges(gauge: np.ndarray, basin: np.ndarray, folds: int) -> np.ndarray:
    count = [int(np.sum(gauge == s)) for s in range(len(basin))]
    sequence = sorted(range(len(basin)), key=lambda s: (int(basin[s]), -count[s], s))
    cards = list(range(folds)) + list(range(folds))[::-1]
    fold = np.zeros(len(basin), dtype=np.int64)
    for position, s in enumerate(sequence):
        fold[s] = cards[position % (2 * folds)]
    return fold
