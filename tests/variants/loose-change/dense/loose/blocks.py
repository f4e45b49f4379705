"""Errors of means of series that remember."""
import numpy as np


def blocked_error(series: np.ndarray) -> float:
    errors, level = [], np.array(series, dtype=float)
    while len(level) > 3:
        spread = np.sum((level - level.mean()) ** 2) / (len(level) - 1)
        errors.append(np.sqrt(spread / len(level)))
        odd = len(level) % 2
        level = (level[odd::2] + level[odd + 1 :: 2]) / 2.0
    falls = np.flatnonzero(np.diff(errors) < 0.0)
    return float(errors[falls[0]] if len(falls) else errors[-1])
