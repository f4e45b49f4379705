"""Families by recursion."""
import numpy as np

from .tree import Tree


def public_goals(dwellings, total):
    logs = 0.8 * np.log(dwellings)
    bulk = np.exp(logs - logs.max())
    return bulk * (total / bulk.sum())


def pull_factor(count, variance, goal):
    strain = np.square(count - goal) @ (1.0 / variance)
    return 1.0 / (1.0 + strain / (len(count) - 1))


def settle_family(count, give, total):
    moved = count + give * ((total - count.sum()) / give.sum())
    left = moved >= 0.0
    if left.all():
        return moved
    out = np.zeros(len(count))
    out[left] = settle_family(count[left], give[left], total)
    return out


def pass_down(tree: Tree, count, variance, stops):
    final = np.full(tree.size, np.maximum(count[0], 0.0))
    opened = np.isfinite(variance) & ~stops
    for depth in range(tree.height):
        for node in np.flatnonzero(tree.depth == depth):
            kids = tree.children[node]
            goal = public_goals(tree.dwellings[kids], final[node])
            final[kids] = goal
            if opened[node]:
                pull = pull_factor(count[kids], variance[kids], goal)
                mixed = (1.0 - pull) * count[kids] + pull * goal
                final[kids] = settle_family(mixed, np.cbrt(variance[kids] ** 2), final[node])
    return final
