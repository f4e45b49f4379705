"""Channels shown one by one."""
from collections.abc import Callable

import numpy as np


def reveal_curve(relevance: np.ndarray, decided: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Curve (d + 1,) of how sure the decisions are after 0, 1, ..., d channels.

    relevance (m, d); decided gives the chance (m,) of the class that was decided on, of masks
    (m, d).
    """
    count, channels = relevance.shape
    order = np.argsort(-relevance, axis=1)
    mask = np.zeros((count, channels))
    curve = [decided(mask)]
    for place in order.T:
        mask[np.arange(count), place] = 1.0
        curve.append(decided(mask))
    sure = np.array(curve)
    weight = sure[-1] - 1.0 / channels
    return sure @ weight / weight.sum()


def saving(curve: np.ndarray) -> float:
    """How early the curve (d + 1,) rises."""
    level = (curve - curve[0]) / (1.0 - curve[0])
    share = np.sqrt(np.arange(len(curve)) / (len(curve) - 1.0))
    return float(np.sum(np.diff(share) * 0.5 * (level[1:] + level[:-1])))
