"""Resampling households."""
import math
from collections.abc import Callable

import numpy as np

from .draws import whole_numbers


def household_interval(
    statistic: Callable[[np.ndarray], float],
    n_households: int,
    rng: np.random.Generator,
    replicates: int,
    level: float,
) -> tuple[float, float]:
    """Lower and upper limit for a positive statistic of household multiplicities (C,)."""
    drawn = n_households // 4
    picks = whole_numbers(rng, n_households, (replicates, drawn))
    stretch = drawn / (n_households - 1.0)

    def replicate(row: np.ndarray) -> float:
        tally = np.bincount(row, minlength=n_households)
        return statistic(1.0 + stretch * (tally * (n_households / drawn) - 1.0))

    point = np.log(statistic(np.ones(n_households)))
    moves = np.sort(np.log([replicate(row) for row in picks]) - point)
    tail = math.ceil(0.5 * (1.0 - level) * replicates)
    low, high = 2.0 * moves[:tail].mean(), 2.0 * moves[-tail:].mean()
    return float(np.exp(point - high)), float(np.exp(point - low))
