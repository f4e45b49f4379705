"""Whole numbers that still add up."""
import numpy as np

from .tree import Tree


def round_family(value: np.ndarray, total: float) -> np.ndarray:
    """Whole numbers (c,) with the whole sum total, near the values (c,)."""
    whole = np.floor(value)
    claim = (value - whole) / (whole + 1.0)
    lucky = np.argsort(-claim, kind="stable")[: int(round(total - whole.sum()))]
    whole[lucky] += 1.0
    return whole


def round_tree(tree: Tree, value: np.ndarray) -> np.ndarray:
    """Whole consistent counts (V,) from consistent counts (V,)."""
    whole = np.zeros(tree.size)
    whole[0] = np.floor(value[0] + 0.5)
    for node, kids in enumerate(tree.children):
        if len(kids):
            share = value[kids] * (whole[node] / value[node] if value[node] > 0.0 else 0.0)
            whole[kids] = round_family(share, whole[node])
    return whole
