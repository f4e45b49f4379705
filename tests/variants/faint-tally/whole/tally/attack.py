"""Attacks on all households at once."""
from statistics import NormalDist

import numpy as np


def exposure(members, rounds):
    moved = [done.weight[:, None] * members / np.sqrt(done.variance) for done in rounds]
    return np.linalg.norm(np.hstack(moved), axis=1)


def mean_power(distance: np.ndarray, persons: np.ndarray, alarm: float) -> float:
    """Power of the best test for a household, per person; alarm: its rate of false alarms."""
    normal = NormalDist()
    start = normal.inv_cdf(alarm)
    power = np.array([normal.cdf(start + step) for step in distance.tolist()])
    return float(persons @ power / persons.sum())


def ghost_scores(tree, members, error, variance):
    trust = np.exp2(tree.depth - tree.height) * 12.0 / (12.0 * variance + 1.0)
    real, ghost = (
        (trust * (members * (error + seen) - 0.5 * members**2)).sum(axis=1)
        for seen in (members, 0.0 * members)
    )
    return real, ghost


def threshold_advantage(real, ghost, persons):
    cuts = np.concatenate([real, ghost])
    gain = (real[None, :] >= cuts[:, None]) @ persons - (ghost[None, :] >= cuts[:, None]) @ persons
    return float(max(gain.max(), 0.0) / persons.sum())
