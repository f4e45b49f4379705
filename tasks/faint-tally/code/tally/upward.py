"""From the wards to the root: each count learns from those below it."""
import numpy as np

from .tree import Tree


def depth_tension(own: np.ndarray, below: np.ndarray, variance: np.ndarray) -> float:
    """How much worse counts (n,) and sums of counts below (n,) agree than their noise says.

    variance (n,): of the difference.
    """
    return float(0.5 + 0.5 * np.mean((own - below) ** 2 / variance))


def fuse_up(
    tree: Tree, count: np.ndarray, variance: np.ndarray, stops: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fused counts and variances (V,) from counts, variances and stops (V,)."""
    count, variance = count.copy(), variance.copy()
    for depth in range(tree.height - 1, -1, -1):
        open_ = np.flatnonzero((tree.depth == depth) & np.isfinite(variance) & ~stops)
        below = np.array([count[tree.children[node]].sum() for node in open_])
        loose = np.array([variance[tree.children[node]].sum() for node in open_])
        own = variance[open_]
        loose = loose * depth_tension(count[open_], below, own + loose)
        count[open_] = (loose * count[open_] + own * below) / (loose + own)
        variance[open_] = loose * own / (loose + own)
    return count, variance
