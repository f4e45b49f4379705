"""Lenders by passing light on until nothing is left of it."""
import numpy as np


def lender_shares(lending, part, seeds):
    passed = part[:, None] * lending
    start = np.zeros((len(part), len(seeds)))
    for place, j in enumerate(seeds):
        start[j, place] = 1.0 - part[j]
    reach, light = start.copy(), start
    # Squaring the matrix doubles the number of steps that are summed.
    power = passed.copy()
    for _ in range(60):
        light = power @ reach
        reach = reach + light
        power = power @ power
        if np.abs(light).max() < 1e-18:
            break
    return np.array([row / row.sum() for row in reach])


def effective_lenders(share):
    return np.array([sum(s * s**0.5 for s in row) ** -2 for row in share])


def inequality(total):
    ranked = sorted(total)
    count = len(ranked)
    apart = sum((2 * place - count + 1) * value for place, value in enumerate(ranked))
    return float(apart / ((count - 1) * sum(ranked)))
