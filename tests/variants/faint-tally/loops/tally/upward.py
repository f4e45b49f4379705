"""Fusing node by node."""
import numpy as np


def depth_tension(own, below, variance):
    ratios = [(a - b) ** 2 / v for a, b, v in zip(own, below, variance)]
    return 0.5 * (1 + sum(ratios) / len(ratios))


def fuse_up(tree, count, variance, stops):
    fused, spread = list(count), list(variance)
    for level in reversed(range(tree.height)):
        sums = {}
        for v in range(tree.size):
            if tree.depth[v] == level and variance[v] < np.inf and not stops[v]:
                kids = tree.children[v]
                sums[v] = (sum(fused[c] for c in kids), sum(spread[c] for c in kids))
        tension = depth_tension(
            [count[v] for v in sums],
            [total for total, _ in sums.values()],
            [variance[v] + loose for v, (_, loose) in sums.items()],
        )
        for v, (total, loose) in sums.items():
            mass = 1 / variance[v] + 1 / (tension * loose)
            fused[v] = (count[v] / variance[v] + total / (tension * loose)) / mass
            spread[v] = 1 / mass
    return np.array(fused), np.array(spread)
