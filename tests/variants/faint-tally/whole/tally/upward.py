"""Fusing a depth at a time, by precision."""
import numpy as np


def depth_tension(own, below, variance):
    gap = np.asarray(own) - below
    return 0.5 * (1.0 + np.vdot(gap, gap / variance) / gap.size)


def fuse_up(tree, count, variance, stops):
    count, variance = np.array(count), np.array(variance)
    up = tree.parent.clip(min=0)
    for level in np.arange(tree.height)[::-1]:
        kids = tree.depth == level + 1
        total = np.bincount(up[kids], weights=count[kids], minlength=tree.size)
        loose = np.bincount(up[kids], weights=variance[kids], minlength=tree.size)
        rows = (tree.depth == level) & np.isfinite(variance) & np.isfinite(loose) & ~stops
        total, loose, own = total[rows], loose[rows], variance[rows]
        loose = loose * depth_tension(count[rows], total, own + loose)
        lean = own / (own + loose)
        count[rows] += lean * (total - count[rows])
        variance[rows] = own * (1.0 - lean)
    return count, variance
