"""Families one child at a time."""
import math

import numpy as np


def public_goals(dwellings, total):
    bulk = [math.exp(0.8 * math.log(d)) for d in dwellings]
    return np.array([total * b / sum(bulk) for b in bulk])


def pull_factor(count, variance, goal):
    misfit = sum((x - g) ** 2 / v for x, v, g in zip(count, variance, goal))
    return 1 / (1 + misfit / (len(count) - 1))


def settle_family(count, give, total):
    zeroed = set()
    while True:
        free = [c for c in range(len(count)) if c not in zeroed]
        gap = total - math.fsum(count[c] for c in free)
        yields = math.fsum(give[c] for c in free)
        trial = {c: count[c] + gap * give[c] / yields for c in free}
        wrong = {c for c, value in trial.items() if value < 0}
        if not wrong:
            return np.array([trial.get(c, 0.0) for c in range(len(count))])
        zeroed |= wrong


def pass_down(tree, count, variance, stops):
    final = np.zeros(tree.size)

    def visit(v):
        kids = tree.children[v]
        if len(kids) == 0:
            return
        goal = public_goals(tree.dwellings[kids], final[v])
        if variance[v] < np.inf and not stops[v]:
            b = pull_factor(count[kids], variance[kids], goal)
            final[kids] = settle_family(
                (1 - b) * count[kids] + b * goal, np.cbrt(variance[kids]) ** 2, final[v]
            )
        else:
            final[kids] = goal
        for kid in kids:
            visit(kid)

    final[0] = count[0] if count[0] > 0 else 0.0
    visit(0)
    return final
