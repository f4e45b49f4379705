"""What is said of errors, a depth at a time."""
import numpy as np

from .downward import public_goals, pull_factor
from .tree import Tree


def reported_variance(tree: Tree, count, variance, stops, final, scatter):
    own, share = np.zeros(tree.size), np.zeros(tree.size)
    opened = np.isfinite(variance) & ~stops
    own[0] = variance[0]
    for node in np.flatnonzero(tree.depth < tree.height):
        kids = tree.children[node]
        if opened[node]:
            share[kids] = np.cbrt(variance[kids] ** 2)
            share[kids] /= share[kids].sum()
            pull = pull_factor(
                count[kids], variance[kids], public_goals(tree.dwellings[kids], final[node])
            )
            own[kids] = (1.0 - pull) ** 2 * variance[kids] * (1.0 - share[kids])
        else:
            share[kids] = public_goals(tree.dwellings[kids], 1.0)
            own[kids] = scatter * final[node] * (share[kids] - share[kids] ** 2)
    for depth in range(1, tree.height + 1):
        rows = tree.depth == depth
        own[rows] += np.square(share[rows]) * own[tree.parent[rows]]
    return own


def worst_run(error):
    best = 0.0
    for length in range(1, len(error) + 1):
        sums = np.lib.stride_tricks.sliding_window_view(error, length).sum(axis=1)
        best = max(best, np.abs(sums).max() / length**0.5)
    return float(best)


def honesty(tree: Tree, error, variance):
    ratio = np.square(error) / (variance + 1.0 / 12.0)
    by_depth = np.split(ratio, np.cumsum(tree.width)[:-1])
    return float(np.log2([part.mean() for part in by_depth[1:]]).mean())
