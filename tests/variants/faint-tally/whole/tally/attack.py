"""Scores of all households at once."""
from statistics import NormalDist

import numpy as np

from .tree import Tree


def exposure(members, rounds):
    moved = [one.weight[:, None] * members / np.sqrt(one.variance) for one in rounds]
    return np.linalg.norm(np.hstack(moved), axis=1)


def mean_power(distance, persons, alarm):
    start = NormalDist().inv_cdf(alarm)
    power = [NormalDist().cdf(start + one) for one in distance]
    return float(np.average(power, weights=persons))


def ghost_scores(tree: Tree, members, error, variance):
    trust = np.ldexp(1.0 / (variance + 1.0 / 12.0), tree.depth - tree.height)
    seen = error + members
    return (
        (members * (seen - 0.5 * members)) @ trust,
        (members * (error - 0.5 * members)) @ trust,
    )


def threshold_advantage(real, ghost, persons):
    tried = np.unique(np.concatenate([real, ghost]))

    def reached(score):
        order = np.argsort(score)
        left = np.concatenate([np.cumsum(persons[order][::-1])[::-1], [0.0]])
        return left[np.searchsorted(score[order], tried, side="left")]

    gain = (reached(real) - reached(ghost)) / persons.sum()
    return float(max(gain.max(), 0.0))
