"""Scores of residuals, and margins from quantiles of scores."""
import math

import numpy as np


def signed_scores(residual: np.ndarray, scale: np.ndarray, tempering: float) -> np.ndarray:
    out = np.zeros(len(residual))
    for i, (r, sigma) in enumerate(zip(residual, scale)):
        z = abs(float(r)) * float(sigma) ** -tempering
        out[i] = math.log(1 + z) if r > 0 else 1 - math.sqrt(1 + 2 * z)
    return out


def margins(quantiles: np.ndarray, scale: np.ndarray, tempering: float) -> np.ndarray:
    out = np.zeros((len(scale), 2))
    for i in range(len(scale)):
        low, high = float(quantiles[i, 0]), float(quantiles[i, 1])
        unit = float(scale[i]) ** tempering
        below = unit * low * (1 + low / 2)
        above = unit * (math.exp(high) - 1)
        out[i] = (
            (below**3 + 0.064 * above**3) ** (1 / 3),
            (above**3 + 0.064 * below**3) ** (1 / 3),
        )
    return out


def graded_misses(residual: np.ndarray, margin: np.ndarray) -> np.ndarray:
    out = np.zeros((len(residual), 2))
    for i, r in enumerate(residual):
        width = margin[i, 0] + margin[i, 1]
        for side, distance in enumerate((-r - margin[i, 0], r - margin[i, 1])):
            if distance > 0:
                out[i, side] = 0.5 + 3 * distance / (width + distance)
    return out
