"""Quantiles, and how many are poor."""
from collections.abc import Callable
from math import exp, pi, sqrt

import numpy as np


def quantile(value: np.ndarray, weight: np.ndarray, level: float) -> float:
    pairs = sorted(zip(value.tolist(), weight.tolist()), key=lambda pair: pair[0])
    goal, before, last = level * sum(w for _, w in pairs), 0.0, None
    for y, w in pairs:
        at = before + w / 2
        if at >= goal:
            if last is None:
                return y
            return last[1] + (y - last[1]) * (goal - last[0]) / (at - last[0])
        last, before = (at, y), before + w
    return last[1]


def quantile_limits(
    value: np.ndarray,
    weight: np.ndarray,
    level: float,
    variance: Callable[[np.ndarray], float],
    z: float,
) -> tuple[float, float]:
    at, mass = quantile(value, weight, level), weight.sum()
    kappa = np.array([1.0 if y < at else 0.5 if y == at else 0.0 for y in value])
    error = sqrt(variance(weight / mass * (kappa - weight @ kappa / mass)))
    stretch = exp(z * error / (level - level**2))
    odds = level / (1 - level)
    low, high = odds / stretch, odds * stretch
    return quantile(value, weight, low / (1 + low)), quantile(value, weight, high / (1 + high))


def poverty(value: np.ndarray, weight: np.ndarray, part: float) -> tuple[float, np.ndarray]:
    part_of = weight / weight.sum()
    middle = quantile(value, weight, 0.5)
    line = part * middle
    depth = np.array([min(1.0, max(0.0, 5 * (1 - y / line) + 0.5)) for y in value])
    share = sum(part_of * depth)
    slide = density = 0.0
    low, high = (quantile(value, weight, level) for level in (0.25, 0.75))
    width = (high - low) / 4
    for y, w, delta in zip(value, part_of, depth):
        if 0 < delta < 1:
            slide += w * 5 * y / line / middle
        density += w * exp(-(((y - middle) / width) ** 2) / 2) / sqrt(2 * pi) / width
    out = []
    for y, w, delta in zip(value, part_of, depth):
        side = 0.5 if y < middle else -0.5
        out.append(w * (delta - share - slide / density * side))
    return float(share), np.array(out)
