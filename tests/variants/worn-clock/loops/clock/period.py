"""Agreements lag by lag."""
import math

import numpy as np


def lag_agreement(rest, lags):
    out = [1.0]
    for lag in range(1, lags + 1):
        cross = square = 0.0
        for late, early in zip(rest[lag:], rest):
            if not math.isnan(late) and not math.isnan(early):
                cross += late * early
                square += late**2 + early**2
        out.append(2 * cross / square)
    return np.array(out)


def find_period(agreement, least, most):
    def score(lag):
        return agreement[lag] + agreement[2 * lag] / 2 - agreement[lag // 2] / 4

    best = max(range(least, most + 1), key=lambda lag: (score(lag), -lag))
    if best in (least, most):
        return float(best)
    a, b, _ = np.polyfit([-1, 0, 1], [score(best + s) for s in (-1, 0, 1)], 2)
    return float(best - b / (2 * a))
