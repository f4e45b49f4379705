"""Shares, stops and parts, a depth at a time."""
import numpy as np


def level_shares(width, lean):
    logs = lean * np.log(width) + 0.5 * np.log(len(width) - np.arange(len(width)))
    raw = np.exp(logs - logs.max())
    return raw / raw.sum()


def stopping_nodes(tree, pilot, share, unit, patience):
    kids = np.bincount(tree.parent[1:], minlength=tree.size)
    bar = np.full(tree.size, -np.inf)
    inner = (tree.depth > 0) & (kids > 0)
    bar[inner] = patience * kids[inner] * unit / np.sqrt(share[tree.depth[inner] + 1])
    low = pilot < bar
    shut = np.zeros(tree.size, dtype=bool)
    for level in range(1, tree.height + 1):
        here = tree.depth == level
        shut[here] = (shut | low)[tree.parent[here]]
    return low & ~shut


def node_precision(tree, share, stops):
    paid = np.zeros(tree.size)
    spent = np.zeros(tree.size)
    for level in range(tree.height + 1):
        here = np.flatnonzero(tree.depth == level)
        before = spent[tree.parent[here]] if level else np.zeros(1)
        open_ = ~np.isclose(before, 1.0)
        paid[here] = np.where(open_, np.where(stops[here], 1.0 - before, share[level]), 0.0)
        spent[here] = before + paid[here]
    return paid
