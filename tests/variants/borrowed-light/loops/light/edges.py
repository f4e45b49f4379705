"""Links one by one."""
import numpy as np


def add_bridges(adjacent, kin, least):
    n = len(adjacent)
    degree = [int(np.count_nonzero(row)) for row in adjacent]
    bridge = np.zeros((n, n), dtype=bool)
    for i in range(n):
        rivals = [(-kin[i, j] / (1 + degree[j]) ** 0.5, j) for j in range(n)]
        rivals = sorted(pair for pair in rivals if pair[1] != i and not adjacent[i, pair[1]])
        for _, j in rivals[: max(least - degree[i], 0)]:
            bridge[i, j] = True
            bridge[j, i] = True
    return bridge


def shared_support(linked):
    n = len(linked)
    support = np.zeros((n, n))
    for k in range(n):
        near = np.flatnonzero(linked[k])
        support[np.ix_(near, near)] += len(near) ** (-2 / 3)
    return support


def edge_weights(adjacent, bridge, kin, support):
    n = len(kin)
    raw, links = np.zeros((n, n)), []
    for i in range(n):
        for j in np.flatnonzero(adjacent[i] | bridge[i]):
            t = support[i, j]
            full = 1 / 20 + kin[i, j] + 0.5 * t / (1 + t)
            raw[i, j] = full if adjacent[i, j] else full / 2
            links.append((i, j))
    usual = [row[row > 0.0].mean() for row in raw]
    weight = np.zeros((n, n))
    for i, j in links:
        views = sorted((raw[i, j] / (raw[i, j] + usual[i]), raw[i, j] / (raw[i, j] + usual[j])))
        weight[i, j] = (2 * views[0] + views[1]) / 3
    return weight
