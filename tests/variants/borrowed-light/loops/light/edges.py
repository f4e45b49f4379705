"""Links one at a time."""
import math

import numpy as np


def add_bridges(adjacent, kin, least):
    nodes = len(adjacent)
    degree = [int(sum(row)) for row in adjacent]
    bridge = np.zeros((nodes, nodes), dtype=bool)
    for i in range(nodes):
        wanted = [
            (-kin[i, j] / math.sqrt(1 + degree[j]), j)
            for j in range(nodes)
            if j != i and not adjacent[i, j]
        ]
        for _, j in sorted(wanted)[: max(least - degree[i], 0)]:
            bridge[i, j] = bridge[j, i] = True
    return bridge


def shared_support(linked):
    nodes = len(linked)
    around = [set(np.flatnonzero(row).tolist()) for row in linked]
    support = np.zeros((nodes, nodes))
    for i in range(nodes):
        for j in range(nodes):
            support[i, j] = sum(len(around[k]) ** (-2 / 3) for k in around[i] & around[j])
    return support


def edge_weights(adjacent, bridge, kin, support):
    nodes = len(adjacent)
    raw = [{} for _ in range(nodes)]
    for i in range(nodes):
        for j in np.flatnonzero(adjacent[i] | bridge[i]):
            value = 1 / 20 + kin[i, j] + support[i, j] / (2 * (1 + support[i, j]))
            raw[i][int(j)] = value / 2 if bridge[i, j] else value
    usual = [sum(row.values()) / len(row) for row in raw]
    weight = np.zeros((nodes, nodes))
    for i in range(nodes):
        for j, value in raw[i].items():
            views = sorted([value / (value + usual[i]), value / (value + usual[j])])
            weight[i, j] = (2 * views[0] + views[1]) / 3
    return weight
