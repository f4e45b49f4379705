"""The network that is kept, from the way of its training."""
import math

import numpy as np


def _apart(x, y):
    return math.sqrt(sum(np.sum((a - b) ** 2) for a, b in zip(x, y)))


def settle(way):
    kept = []
    for k, home in enumerate(way[0]):
        last = way[-1][k]
        length = sum(_apart(x[k], y[k]) for x, y in zip(way, way[1:]))
        if length == 0.0:
            kept.append(last)
            continue
        undone = 1.0 - math.sqrt(_apart(home, last) / length)
        kept.append([b - undone * (b - a) for a, b in zip(home, last)])
    return kept
