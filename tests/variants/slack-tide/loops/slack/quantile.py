"""Quantiles of weighted scores."""
import bisect
import math

import numpy as np


def tail_quantile(score: np.ndarray, weight: np.ndarray, alpha: float) -> float:
    pairs = sorted(zip(score.tolist(), weight.tolist()))
    total = sum(w for _, w in pairs) + max(w for _, w in pairs)
    positions, values, run = [], [], 0.0
    for value, w in pairs:
        positions.append((run + w / 2) / total)
        values.append(value)
        run += w

    def at(p: float) -> float:
        if p <= positions[0]:
            return values[0]
        if p >= positions[-1]:
            return values[-1]
        k = bisect.bisect_right(positions, p)
        part = (p - positions[k - 1]) / (positions[k] - positions[k - 1])
        return values[k - 1] + part * (values[k] - values[k - 1])

    knee = at(0.75)
    beyond = [(value - knee, w) for value, w in pairs if value > knee]
    excess = sum(v * w for v, w in beyond) / sum(w for _, w in beyond)
    exponential = knee - excess * math.log(4 * alpha)
    doubt = 1 / (1 + alpha * total)
    return (1 - doubt) * at(1 - alpha) + doubt * exponential
