"""Weights of past readings."""
import math

import numpy as np


def reading_weights(
    day: np.ndarray, gauge: np.ndarray, now: int, decay: float, period: float
) -> np.ndarray:
    fresh = []
    for t in day:
        lag = float(now - t)
        season = 1 + math.cos(math.tau * lag / period) / 2
        fresh.append(season * (decay / (decay + lag)) ** 1.5)
    crowd = {}
    for s, value in zip(gauge, fresh):
        crowd[int(s)] = crowd.get(int(s), 0.0) + value
    raw = np.array([value * crowd[int(s)] ** (-1 / 3) for s, value in zip(gauge, fresh)])
    share = raw / raw.sum()
    return share / (share @ share)
