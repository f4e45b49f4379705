"""From the root to the wards: children are made to add up to their parent."""
import numpy as np

from .tree import Tree


def public_goals(dwellings: np.ndarray, total: float) -> np.ndarray:
    """What public knowledge makes of a total: a value (c,) for each child."""
    bulk = dwellings**0.8
    return total * bulk / bulk.sum()


def pull_factor(count: np.ndarray, variance: np.ndarray, goal: np.ndarray) -> float:
    """How far children with counts and variances (c,) go towards their goals (c,)."""
    freedom = len(count) - 1.0
    return freedom / (freedom + np.sum((count - goal) ** 2 / variance))


def settle_family(count: np.ndarray, give: np.ndarray, total: float) -> np.ndarray:
    """Counts (c,), none negative, with the sum total >= 0; give (c,): who yields how much."""
    free = np.ones(len(count), dtype=bool)
    while True:
        out = np.zeros(len(count))
        gap = total - count[free].sum()
        out[free] = count[free] + give[free] / give[free].sum() * gap
        if not (out < 0.0).any():
            return out
        free &= out >= 0.0


def pass_down(
    tree: Tree, count: np.ndarray, variance: np.ndarray, stops: np.ndarray
) -> np.ndarray:
    """Consistent counts (V,) from fused counts and variances (V,)."""
    final = np.zeros(tree.size)
    final[0] = max(count[0], 0.0)
    for node in range(tree.size):
        kids = tree.children[node]
        if not len(kids):
            continue
        goal = public_goals(tree.dwellings[kids], final[node])
        if stops[node] or not np.isfinite(variance[node]):
            final[kids] = goal
            continue
        pull = pull_factor(count[kids], variance[kids], goal)
        moved = count[kids] + pull * (goal - count[kids])
        final[kids] = settle_family(moved, variance[kids] ** (2.0 / 3.0), final[node])
    return final
