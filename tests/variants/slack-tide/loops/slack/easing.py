"""Smoothness of margins over time."""
import math

import numpy as np


def ease_margins(before: np.ndarray, fresh: np.ndarray, gap: np.ndarray) -> np.ndarray:
    out = fresh.copy()
    for i in range(len(fresh)):
        if math.isnan(before[i, 0]):
            continue
        speed = 1.2 if fresh[i, 0] + fresh[i, 1] > before[i, 0] + before[i, 1] else 0.4
        stay = math.exp(-speed * math.sqrt(gap[i]))
        for side in (0, 1):
            old, new = math.log(before[i, side]), math.log(fresh[i, side])
            out[i, side] = math.exp(new + stay * (old - new))
    return out
