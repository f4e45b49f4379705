"""Errors, node by node and run by run."""
import math

import numpy as np

from .downward import public_goals, pull_factor


def reported_variance(tree, count, variance, stops, final, scatter):
    out = np.zeros(tree.size)
    for v in range(tree.size):
        if v == 0:
            out[0] = variance[0]
            continue
        above = tree.parent[v]
        kids = tree.children[above]
        goal = public_goals(tree.dwellings[kids], final[above])
        if variance[above] < np.inf and not stops[above]:
            q = variance[v] ** (2 / 3) / sum(variance[c] ** (2 / 3) for c in kids)
            b = pull_factor(count[kids], variance[kids], goal)
            out[v] = (1 - b) ** 2 * (1 - q) * variance[v] + q * q * out[above]
        else:
            q = tree.dwellings[v] ** 0.8 / sum(tree.dwellings[c] ** 0.8 for c in kids)
            out[v] = scatter * q * (1 - q) * final[above] + q * q * out[above]
    return out


def worst_run(error):
    worst = 0.0
    for first in range(len(error)):
        total = 0.0
        for length, e in enumerate(error[first:], start=1):
            total += e
            worst = max(worst, abs(total) / math.sqrt(length))
    return float(worst)


def honesty(tree, error, variance):
    bits = []
    for level in range(1, tree.height + 1):
        nodes = [v for v in range(tree.size) if tree.depth[v] == level]
        mean = sum(error[v] ** 2 / (variance[v] + 1 / 12) for v in nodes) / len(nodes)
        bits.append(math.log2(mean))
    return sum(bits) / len(bits)
