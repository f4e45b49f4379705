"""Handing out persons by rank."""
import numpy as np


def round_family(value, total):
    whole, part = np.divmod(value, 1.0)
    left = np.rint(total - whole.sum())
    rank = np.empty(len(whole))
    rank[np.lexsort((np.arange(len(whole)), -part / (whole + 1.0)))] = np.arange(len(whole))
    return whole + (rank < left)


def round_tree(tree, value):
    out = np.zeros(tree.size)
    out[0] = np.trunc(value[0] + 0.5)
    for v in np.unique(tree.parent[1:]):
        rows = tree.parent == v
        if value[v] > 0.0:
            out[rows] = round_family(value[rows] / value[v] * out[v], out[v])
    return out
