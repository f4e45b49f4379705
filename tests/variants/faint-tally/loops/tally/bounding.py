"""Weights household by household."""
import math

import numpy as np


def household_weights(members, part, cap):
    weights = []
    for row in members:
        there = np.flatnonzero(row)
        length = math.sqrt(sum(part[v] * row[v] ** 2 for v in there))
        weights.append(1.0 if length <= cap else math.floor(8 * cap / length) * 0.125)
    return np.array(weights)
