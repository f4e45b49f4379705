"""Numbers that sum up a stream of intervals."""
import math

import numpy as np


def gauge_score(
    residual: np.ndarray, margin: np.ndarray, gauge: np.ndarray, alpha: float
) -> float:
    top = bottom = 0.0
    for s in sorted(set(gauge.tolist())):
        scores = []
        for r, (below, above) in zip(residual[gauge == s], margin[gauge == s]):
            outside = max(r - above, -r - below, 0.0)
            scores.append(below + above + 2 * outside / alpha)
        count = len(scores)
        top += math.sqrt(sum(scores))
        bottom += math.sqrt(count)
    return (top / bottom) ** 2


def basin_gap(
    residual: np.ndarray, margin: np.ndarray, basin: np.ndarray, alpha: float
) -> float:
    top = bottom = 0.0
    for g in sorted(set(basin.tolist())):
        rows = np.flatnonzero(basin == g)
        inside = sum(1 for i in rows if -margin[i, 0] <= residual[i] <= margin[i, 1])
        extra = 12 * alpha, 12 * (1 - alpha)
        odds = (len(rows) - inside + extra[0]) / (inside + extra[1])
        top += math.sqrt(len(rows)) * math.log2(odds * (1 - alpha) / alpha) ** 2
        bottom += math.sqrt(len(rows))
    return math.sqrt(top / bottom)
