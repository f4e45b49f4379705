"""Errors of means of series that remember."""
import numpy as np


def blocked_error(series: np.ndarray) -> float:
    """Standard error of the mean of series (n,)."""
    level, best = np.asarray(series, dtype=float), 0.0
    while len(level) >= 4:
        error = np.sqrt(np.var(level, ddof=1) / len(level))
        if error < best:
            break
        best = error
        level = level[len(level) % 2 :].reshape(-1, 2).mean(axis=1)
    return float(best)
