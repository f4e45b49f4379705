"""Lenders by following the light."""
import numpy as np


def lender_shares(lending, part, seeds):
    passing = part[:, None] * lending
    fresh = np.zeros((len(part), len(seeds)))
    for place, s in enumerate(seeds):
        fresh[s, place] = 1 - part[s]
    reach, wave = fresh.copy(), fresh
    while wave.max() > 1e-18:
        wave = passing @ wave
        reach = reach + wave
    return np.array([row / sum(row) for row in reach])


def effective_lenders(share):
    return np.array([1 / sum(s**1.5 for s in row) ** 2 for row in share])


def inequality(total):
    ranked = sorted(total)
    gaps = sum((2 * place - len(ranked) + 1) * t for place, t in enumerate(ranked))
    return float(gaps / ((len(ranked) - 1) * sum(ranked)))
