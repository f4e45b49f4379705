"""What is said of the error, and what it is."""
import numpy as np

from .downward import public_goals, pull_factor
from .tree import Tree


def reported_variance(
    tree: Tree,
    count: np.ndarray,
    variance: np.ndarray,
    stops: np.ndarray,
    final: np.ndarray,
    scatter: float,
) -> np.ndarray:
    """Variance (V,) that is published with each count.

    count, variance (V,): fused; final (V,): consistent; scatter: of persons per dwelling.
    """
    out = np.zeros(tree.size)
    out[0] = variance[0]
    for node, kids in enumerate(tree.children):
        if not len(kids):
            continue
        goal = public_goals(tree.dwellings[kids], final[node])
        if stops[node] or not np.isfinite(variance[node]):
            share = public_goals(tree.dwellings[kids], 1.0)
            own = scatter * share * (1.0 - share) * final[node]
        else:
            give = variance[kids] ** (2.0 / 3.0)
            share = give / give.sum()
            pull = pull_factor(count[kids], variance[kids], goal)
            own = (1.0 - pull) ** 2 * (1.0 - share) * variance[kids]
        out[kids] = own + share**2 * out[node]
    return out


def worst_run(error: np.ndarray) -> float:
    """Largest size of a sum of neighbouring errors, in view of how many these are."""
    sums = np.concatenate([[0.0], np.cumsum(error)])
    first, last = np.triu_indices(len(sums), k=1)
    return float(np.max(np.abs(sums[last] - sums[first]) / np.sqrt(last - first)))


def honesty(tree: Tree, error: np.ndarray, variance: np.ndarray) -> float:
    """How errors (V,) compare with the variances (V,) that were published, in bits."""
    ratio = error**2 / (variance + 1.0 / 12.0)
    rows = tree.depth > 0
    mean = np.bincount(tree.depth[rows], weights=ratio[rows])[1:] / tree.width[1:]
    return float(np.mean(np.log2(mean)))
