"""Intervals without random draws."""
from collections.abc import Callable

import math
import numpy as np


def lattice_multipliers(widths: np.ndarray, points: int) -> np.ndarray:
    """Multipliers (points, J) of J quantities, spread evenly; widths (J,) in log units."""
    root = 2.0
    for _ in range(60):
        root = (1.0 + root) ** (1.0 / (widths.size + 1.0))
    steps = root ** -np.arange(1.0, widths.size + 1.0)
    place = (0.5 + np.arange(1, points + 1)[:, None] * steps) % 1.0
    return np.exp(widths * np.log(place / (1.0 - place)))


def lattice_interval(
    statistic: Callable[[np.ndarray], float], widths: np.ndarray, points: int, level: float
) -> tuple[float, float]:
    """Lower and upper limit for a positive statistic of J multipliers (J,); widths (J,)."""
    centre = math.log(statistic(np.ones_like(widths)))
    rows = lattice_multipliers(widths, points)
    moves = np.sort([math.log(statistic(row)) for row in rows]) - centre
    tail = math.ceil(0.5 * (1.0 - level) * points)
    upper = centre - 1.3 * moves[:tail].mean()
    lower = centre - moves[-tail:].mean()
    return math.exp(lower), math.exp(upper)
