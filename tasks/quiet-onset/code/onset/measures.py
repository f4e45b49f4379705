"""What the measures do."""
from collections.abc import Iterator

import numpy as np


def felt(measures: np.ndarray, rise: float, fall: float) -> Iterator[np.ndarray]:
    """Yield, day by day, the stringency (M,) that is felt; measures (T, M), rise and fall in days."""
    level = np.zeros(measures.shape[1])
    for row in measures:
        gap = row - level
        level = level + np.maximum(gap, 0.0) / rise + np.minimum(gap, 0.0) / fall
        yield level**1.5


def measure_effects(
    log_r: np.ndarray, stringency: np.ndarray, weight: np.ndarray, ridge: float
) -> tuple[float, np.ndarray]:
    """Intercept and slopes (M,) of log_r (T,) on felt stringency (T, M); weight (T,) of the days."""
    for turn in range(2):
        share = weight / weight.sum()
        centre = share @ stringency
        offset = stringency - centre
        cross = offset.T @ (share[:, None] * offset)
        load = ridge * np.sqrt(np.diag(cross))
        slopes = np.linalg.solve(cross + np.diag(load), offset.T @ (share * log_r))
        intercept = share @ log_r - centre @ slopes
        miss = np.abs(log_r - intercept - stringency @ slopes)
        weight = weight / (1.0 + (miss / np.median(miss[weight > 0.0])) ** 2)
    return float(intercept), slopes
