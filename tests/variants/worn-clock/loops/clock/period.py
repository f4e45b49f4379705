"""Agreements lag by lag."""
import math

import numpy as np


def lag_agreement(rest, lags):
    out = [1.0]
    for lag in range(1, lags + 1):
        both = early = late = 0.0
        for t in range(lag, len(rest)):
            now, then = rest[t], rest[t - lag]
            if math.isnan(now) or math.isnan(then):
                continue
            both += now * then
            late += now * now
            early += then * then
        out.append(2 * both / (late + early))
    return np.array(out)


def find_period(agreement, least, most):
    def score(lag):
        return agreement[lag] + agreement[2 * lag] / 2 - agreement[lag // 2] / 4

    best = least
    for lag in range(least + 1, most + 1):
        if score(lag) > score(best):
            best = lag
    if best == least or best == most:
        return float(best)
    square = (score(best + 1) + score(best - 1)) / 2 - score(best)
    return float(best - (score(best + 1) - score(best - 1)) / (4 * square))
