"""Families as vectors."""
import numpy as np


def public_goals(dwellings, total):
    bulk = np.power(dwellings / dwellings.sum(), 4 / 5)
    return bulk * (total / bulk.sum())


def pull_factor(count, variance, goal):
    off = (count - goal) / np.sqrt(variance)
    return 1.0 - off @ off / (len(count) - 1 + off @ off)


def settle_family(count, give, total):
    mask = np.ones(len(count))
    while True:
        slope = (total - mask @ count) / (mask @ give)
        trial = mask * (count + slope * give)
        keep = mask * (trial >= 0.0)
        if np.array_equal(keep, mask):
            return trial
        mask = keep


def pass_down(tree, count, variance, stops):
    final = np.maximum(0.0, np.where(tree.depth == 0, count, 0.0))
    for v in np.flatnonzero(tree.depth < tree.height):
        rows = tree.parent == v
        goal = public_goals(tree.dwellings[rows], final[v])
        if not stops[v] and np.isfinite(variance[v]):
            spread = variance[rows]
            kept = 1.0 - pull_factor(count[rows], spread, goal)
            goal = settle_family(goal + kept * (count[rows] - goal), spread ** (2 / 3), final[v])
        final[rows] = goal
    return final
