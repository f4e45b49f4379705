"""How the budget is shared among the depths, and where the descent stops."""
import numpy as np

from .tree import Tree


def level_shares(width: np.ndarray, lean: float) -> np.ndarray:
    """Share (L + 1,) of each depth, from the numbers of nodes (L + 1,)."""
    reach = np.arange(len(width), 0, -1)
    raw = width**lean * np.sqrt(reach)
    return raw / raw.sum()


def stopping_nodes(
    tree: Tree, pilot: np.ndarray, share: np.ndarray, unit: float, patience: float
) -> np.ndarray:
    """Whether the descent stops at a node (V,), boolean.

    pilot (V,): pilot counts; share (L + 1,); unit: deviation of a count that has all the budget.
    """
    stops = np.zeros(tree.size, dtype=bool)
    closed = np.zeros(tree.size, dtype=bool)
    for node in range(1, tree.size):
        above = tree.parent[node]
        closed[node] = closed[above] or stops[above]
        if closed[node] or tree.depth[node] == tree.height:
            continue
        noise = unit / np.sqrt(share[tree.depth[node] + 1])
        stops[node] = pilot[node] < patience * noise * len(tree.children[node])
    return stops


def node_precision(tree: Tree, share: np.ndarray, stops: np.ndarray) -> np.ndarray:
    """Part of the budget that each node is measured with (V,); zero below a stop."""
    rest = np.cumsum(share[::-1])[::-1]
    part = np.where(stops, rest[tree.depth], share[tree.depth])
    for node, kids in enumerate(tree.children):
        if stops[node] or part[node] == 0.0:
            part[kids] = 0.0
    return part
