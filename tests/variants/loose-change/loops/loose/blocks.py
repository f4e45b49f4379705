"""Errors of means of series that remember."""
import math
import statistics

import numpy as np


def blocked_error(series: np.ndarray) -> float:
    values = [float(v) for v in series]
    accepted = -math.inf
    while len(values) >= 4:
        error = statistics.stdev(values) / math.sqrt(len(values))
        if error < accepted:
            return accepted
        accepted = error
        pairs = []
        while len(values) >= 2:
            pairs.append((values.pop() + values.pop()) / 2)
        values = pairs[::-1]
    return accepted
