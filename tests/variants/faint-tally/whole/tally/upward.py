"""Sums over children by counting."""
import numpy as np

from .tree import Tree


def depth_tension(own, below, variance):
    square = np.square((own - below) / np.sqrt(variance))
    return float((len(own) + square.sum()) / (2.0 * len(own)))


def fuse_up(tree: Tree, count, variance, stops):
    count, variance = np.array(count), np.array(variance)
    for depth in np.arange(tree.height)[::-1]:
        rows = (tree.depth == depth) & ~stops & (variance < np.inf)
        sums = [
            np.bincount(tree.parent[1:], weights=what[1:], minlength=tree.size)[rows]
            for what in (count, variance)
        ]
        tension = depth_tension(count[rows], sums[0], variance[rows] + sums[1])
        trust = np.stack([1.0 / variance[rows], 1.0 / (tension * sums[1])])
        count[rows] = (trust * np.stack([count[rows], sums[0]])).sum(axis=0) / trust.sum(axis=0)
        variance[rows] = 1.0 / trust.sum(axis=0)
    return count, variance
