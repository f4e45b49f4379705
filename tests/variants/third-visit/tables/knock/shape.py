"""Quantiles, and how many are poor."""
from collections.abc import Callable

import numpy as np


def quantile(value: np.ndarray, weight: np.ndarray, level: float) -> float:
    order = np.lexsort((np.arange(len(value)), value))
    share = (weight / weight.sum())[order]
    middle = np.tril(np.ones((len(share), len(share))), -1) @ share + share / 2.0
    right = np.searchsorted(middle, level)
    if right in (0, len(share)):
        return float(value[order[max(int(right) - 1, 0)]])
    ends = middle[[right - 1, right]]
    part = (level - ends[0]) / (ends[1] - ends[0])
    return float(np.array([1.0 - part, part]) @ value[order[[right - 1, right]]])


def quantile_limits(
    value: np.ndarray,
    weight: np.ndarray,
    level: float,
    variance: Callable[[np.ndarray], float],
    z: float,
) -> tuple[float, float]:
    share = weight / np.sum(weight)
    kappa = np.heaviside(quantile(value, weight, level) - value, 0.5)
    spread = variance(share * (kappa - np.inner(share, kappa)))
    move = np.array([-z, z]) * np.sqrt(spread) / level / (1.0 - level)
    # The inverse logit by a hyperbolic tangent.
    levels = 0.5 + 0.5 * np.tanh(0.5 * (np.log(level) - np.log1p(-level) + move))
    return quantile(value, weight, levels[0]), quantile(value, weight, levels[1])


def poverty(value: np.ndarray, weight: np.ndarray, part: float) -> tuple[float, np.ndarray]:
    share = weight / np.sum(weight)
    first, middle, third = (quantile(value, weight, level) for level in (0.25, 0.5, 0.75))
    raw = 5.5 - 5.0 * value / (part * middle)
    depth = np.clip(raw, 0.0, 1.0)
    poor = np.inner(share, depth)
    slide = np.inner(share, (5.5 - raw) * ((raw > 0.0) & (raw < 1.0))) / middle
    width = (third - first) / 4.0
    bells = np.exp(-np.square((value - middle) / width) / 2.0) / np.sqrt(2.0 * np.pi) / width
    side = np.where(value < middle, 0.5, -0.5)
    return float(poor), share * (depth - poor - side * slide / np.inner(share, bells))
