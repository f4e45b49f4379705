"""Shares, stops and parts, a depth at a time."""
import numpy as np

from .tree import Tree


def level_shares(width, lean):
    logs = lean * np.log(width) + 0.5 * np.log(np.arange(1, len(width) + 1)[::-1])
    raw = np.exp(logs - logs.max())
    return raw / raw.sum()


def stopping_nodes(tree: Tree, pilot, share, unit, patience):
    kids = np.bincount(tree.parent[1:], minlength=tree.size)
    below = share[np.minimum(tree.depth + 1, tree.height)]
    few = np.sqrt(below) * pilot < patience * unit * kids
    few &= (0 < tree.depth) & (tree.depth < tree.height)
    reached = np.ones(tree.size, dtype=bool)
    for depth in range(1, tree.height + 1):
        rows = tree.depth == depth
        above = tree.parent[rows]
        reached[rows] = reached[above] & ~few[above]
    return few & reached


def node_precision(tree: Tree, share, stops):
    ended = np.zeros(tree.size, dtype=bool)
    for depth in range(1, tree.height + 1):
        rows = tree.depth == depth
        above = tree.parent[rows]
        ended[rows] = ended[above] | stops[above]
    upto = np.concatenate([[0.0], np.cumsum(share)])
    whole = stops * (1.0 - upto[tree.depth]) + ~stops * share[tree.depth]
    return whole * ~ended
