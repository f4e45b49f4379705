"""Dealing gauges to folds."""
import numpy as np


def deal_gauges(gauge: np.ndarray, basin: np.ndarray, folds: int) -> np.ndarray:
    """Fold (S,) of each gauge, from the gauges (R,) of the readings and basin (S,)."""
    count = np.bincount(gauge)
    fold = np.zeros_like(basin)
    turn = 0
    for home in np.unique(basin):
        members = np.flatnonzero(basin == home)
        for member in members[np.argsort(-count[members], kind="stable")]:
            place = turn % (2 * folds)
            fold[member] = min(place, 2 * folds - 1 - place)
            turn += 1
    return fold
