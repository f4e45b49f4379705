"""Whole numbers by ranks."""
import numpy as np

from .tree import Tree


def round_family(value, total):
    whole = np.floor(value)
    claim = (value - whole) / (1.0 + whole)
    number = np.arange(len(claim))
    ahead = (claim[None, :] > claim[:, None]) | (
        (claim[None, :] == claim[:, None]) & (number[None, :] < number[:, None])
    )
    return whole + (ahead.sum(axis=1) < np.rint(total - whole.sum()))


def round_tree(tree: Tree, value):
    whole = np.floor(np.asarray(value) + 0.5)
    for node in np.flatnonzero(tree.depth < tree.height):
        kids = tree.children[node]
        factor = whole[node] / value[node] if value[node] > 0.0 else 0.0
        whole[kids] = round_family(factor * value[kids], whole[node])
    return whole
