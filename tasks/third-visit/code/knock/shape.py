"""Quantiles, and how many are poor."""
from collections.abc import Callable

import numpy as np


def quantile(value: np.ndarray, weight: np.ndarray, level: float) -> float:
    """Quantile of value (n,) with weight (n,)."""
    order = np.argsort(value, kind="stable")
    reach = np.cumsum(weight[order])
    middle = (reach - 0.5 * weight[order]) / reach[-1]
    return float(np.interp(level, middle, value[order]))


def quantile_limits(
    value: np.ndarray,
    weight: np.ndarray,
    level: float,
    variance: Callable[[np.ndarray], float],
    z: float,
) -> tuple[float, float]:
    """Limits of a quantile; variance: of a sum of influences (n,)."""
    at = quantile(value, weight, level)
    below = (value < at) + 0.5 * (value == at)
    share = weight @ below / weight.sum()
    error = np.sqrt(variance(weight * (below - share) / weight.sum()))
    odds = np.log(level / (1.0 - level))
    reach = z * error / (level * (1.0 - level))
    low, high = (1.0 / (1.0 + np.exp(-(odds + side * reach))) for side in (-1.0, 1.0))
    return quantile(value, weight, low), quantile(value, weight, high)


def poverty(value: np.ndarray, weight: np.ndarray, part: float) -> tuple[float, np.ndarray]:
    """Softened share of the poor, and its influences (n,), from value and weight (n,)."""
    middle = quantile(value, weight, 0.5)
    mass = weight.sum()
    depth = np.clip(5.0 * (1.0 - value / (part * middle)) + 0.5, 0.0, 1.0)
    share = weight @ depth / mass
    inside = (depth > 0.0) & (depth < 1.0)
    pull = weight @ (inside * 5.0 * value / (part * middle)) / mass / middle
    width = 0.25 * (quantile(value, weight, 0.75) - quantile(value, weight, 0.25))
    near = np.exp(-0.5 * ((value - middle) / width) ** 2) / (width * np.sqrt(2.0 * np.pi))
    density = weight @ near / mass
    moved = pull * ((value < middle) - 0.5) / density
    return float(share), weight / mass * (depth - share - moved)
