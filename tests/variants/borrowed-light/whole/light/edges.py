"""Links as whole matrices."""
import numpy as np


def add_bridges(adjacent, kin, least):
    nodes = len(adjacent)
    degree = adjacent.sum(axis=0)
    barred = adjacent | (np.arange(nodes)[:, None] == np.arange(nodes)[None, :])
    cost = np.where(barred, np.inf, -kin / np.sqrt(degree + 1.0))
    rank = np.argsort(np.argsort(cost, axis=1, kind="stable"), axis=1)
    asked = rank < (least - degree)[:, None]
    return asked | asked.T


def shared_support(linked):
    links = linked.sum(axis=0).astype(float)
    return np.einsum("ik,k,kj->ij", 1.0 * linked, links ** (-2 / 3), 1.0 * linked)


def edge_weights(adjacent, bridge, kin, support):
    factor = adjacent + 0.5 * bridge
    raw = factor * (0.05 + kin + 0.5 - 0.5 / (1.0 + support))
    usual = raw.sum(axis=0) / np.count_nonzero(factor, axis=0)
    mine = 1.0 - usual[:, None] / (raw + usual[:, None])
    both = np.stack([mine, mine.T])
    return (both.sum(axis=0) + both.min(axis=0)) / 3.0
