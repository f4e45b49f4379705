"""From free points to settings."""
import math

import numpy as np


def _inside(y):
    y = y - 2.0 * math.floor(y / 2.0)
    r = y if y <= 1.0 else 2.0 - y
    return r - math.sin(2.0 * math.pi * r) / (4.0 * math.pi)


def fold(point):
    return np.array([[_inside(y) for y in row] for row in point])


def stray(point):
    out = [[max(-y, y - 1.0, 0.0) for y in row] for row in point]
    return np.array([sum(far * math.sqrt(far) for far in row) for row in out])
