"""Errors, a depth and a length at a time."""
import numpy as np

from .downward import public_goals, pull_factor


def reported_variance(tree, count, variance, stops, final, scatter):
    kept = np.ones(tree.size)
    own, q = np.zeros(tree.size), np.zeros(tree.size)
    for v in np.flatnonzero(tree.depth < tree.height):
        rows = np.flatnonzero(tree.parent == v)
        q[rows] = public_goals(tree.dwellings[rows], 1.0)
        if stops[v] or np.isinf(variance[v]):
            own[rows] = scatter * final[v] * (q[rows] - q[rows] ** 2)
        else:
            kept[rows] -= pull_factor(count[rows], variance[rows], q[rows] * final[v])
            q[rows] = variance[rows] ** (2 / 3)
            q[rows] /= q[rows].sum()
            own[rows] = kept[rows] ** 2 * variance[rows] * (1.0 - q[rows])
    out = np.where(tree.depth == 0, variance, 0.0)
    for level in range(1, tree.height + 1):
        rows = tree.depth == level
        out[rows] = own[rows] + q[rows] ** 2 * out[tree.parent[rows]]
    return out


def worst_run(error):
    lengths = range(1, len(error) + 1)
    runs = (np.convolve(error, np.ones(k), mode="valid") / np.sqrt(k) for k in lengths)
    return float(max(np.abs(run).max() for run in runs))


def honesty(tree, error, variance):
    ratio = error * error / (variance + 1.0 / 12.0)
    level = np.arange(1, tree.height + 1)[:, None] == tree.depth[None, :]
    return float(np.log2(level @ ratio / level.sum(axis=1)).mean())
