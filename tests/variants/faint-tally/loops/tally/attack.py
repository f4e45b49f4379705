"""Attacks household by household."""
from statistics import NormalDist

import numpy as np


def exposure(members, rounds):
    out = []
    for h, row in enumerate(members):
        square = 0.0
        for done in rounds:
            for v in np.flatnonzero(row):
                if done.variance[v] < np.inf:
                    square += (done.weight[h] * row[v]) ** 2 / done.variance[v]
        out.append(square**0.5)
    return np.array(out)


def mean_power(distance: np.ndarray, persons: np.ndarray, alarm: float) -> float:
    """Power of the best test for a household, per person; alarm: its rate of false alarms."""
    normal = NormalDist()
    start = normal.inv_cdf(alarm)
    power = np.array([normal.cdf(start + step) for step in distance.tolist()])
    return float(persons @ power / persons.sum())


def ghost_scores(tree, members, error, variance):
    real, ghost = [], []
    for row in members:
        scores = [0.0, 0.0]
        for v in np.flatnonzero(row):
            trust = 0.5 ** (tree.height - tree.depth[v]) / (variance[v] + 1 / 12)
            scores[0] += trust * (row[v] * (error[v] + row[v]) - row[v] ** 2 / 2)
            scores[1] += trust * (row[v] * error[v] - row[v] ** 2 / 2)
        real.append(scores[0])
        ghost.append(scores[1])
    return np.array(real), np.array(ghost)


def threshold_advantage(real, ghost, persons):
    heap = [(-score, 0, size) for score, size in zip(real, persons)]
    heap += [(-score, 1, size) for score, size in zip(ghost, persons)]
    best = gain = 0.0
    for _, kind, size in sorted(heap):
        gain += -size if kind else size
        best = max(best, gain)
    return float(best / sum(persons))
