"""Which arm is chosen."""
import math

import numpy as np


def widths(spread, count, stale, memory):
    every = sum(count)
    out = []
    for sigma, n, g, tau in zip(spread, count, stale, memory):
        square = 2.0 * math.log((2.0 + 2.0 * n + every) / (1.0 + n)) / (1.0 + n)
        out.append(sigma * math.sqrt(square * math.sqrt(1.0 + g / tau)))
    return np.array(out)


def indices(level, width, waiting, daring):
    return np.array(
        [mu + daring * c * (1.0 + o) ** -0.5 for mu, c, o in zip(level, width, waiting)]
    )


def choose(index, width, idle, last, patience, stick):
    arms = range(len(index))
    overdue = [k for k in arms if idle[k] >= patience]
    if overdue:
        return max(overdue, key=lambda k: idle[k])
    best = max(arms, key=lambda k: index[k])
    return last if index[best] <= index[last] + stick * width[last] else best
