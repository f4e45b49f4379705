"""Direct estimates of districts and their variances."""
from collections.abc import Callable

import numpy as np


def district_means(
    value: np.ndarray, weight: np.ndarray, district: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Means and effective sizes (D,) of districts, from value, weight, district (n,)."""
    mass = np.bincount(district, weights=weight)
    mean = np.bincount(district, weights=weight * value) / mass
    return mean, mass**2 / np.bincount(district, weights=weight**2)


def residuals(
    value: np.ndarray, weight: np.ndarray, columns: np.ndarray, slack: float
) -> np.ndarray:
    """What the columns (n, q) don't explain of value (n,), under weight (n,)."""
    give = slack * weight @ columns**2
    bend = columns.T @ (weight[:, None] * columns) + np.diag(give)
    return value - columns @ np.linalg.solve(bend, columns.T @ (weight * value))


def block_variance(
    influence: np.ndarray,
    block: np.ndarray,
    stratum: np.ndarray,
    chance: np.ndarray,
) -> float:
    """Variance of a sum of influences (n,) of households in blocks (n,), numbers of those drawn.

    stratum, chance (b,): of the blocks drawn.
    """
    total = np.bincount(block, weights=influence, minlength=len(chance))
    free = 1.0 - chance
    variance = 0.0
    for h in np.unique(stratum):
        rows = (stratum == h) & (free > 0.0)
        if rows.sum() > 1:
            middle = free[rows] @ total[rows] / free[rows].sum()
            lost = 1.0 - (free[rows] ** 2).sum() / free[rows].sum() ** 2
            variance += free[rows] @ (total[rows] - middle) ** 2 / lost
    return float(variance)


def block_jackknife(
    statistic: Callable[[np.ndarray], float],
    weight: np.ndarray,
    block: np.ndarray,
    stratum: np.ndarray,
    chance: np.ndarray,
) -> float:
    """Variance of a statistic of the weights (n,), by leaving out blocks.

    block (n,): numbers of those drawn; stratum, chance (b,): of the blocks drawn.
    """
    whole = statistic(weight)
    variance = 0.0
    for b in np.flatnonzero(chance < 1.0):
        peers = np.flatnonzero((stratum == stratum[b]) & (chance < 1.0))
        factor = np.ones(len(chance))
        factor[peers] = len(peers) / (len(peers) - 1.0)
        factor[b] = 0.0
        moved = statistic(weight * factor[block]) - whole
        variance += (1.0 - chance[b]) * moved**2 / factor[peers].max()
    return float(variance)


def smooth_variances(variance: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Smoothed variances (D,) of districts, from raw ones and effective sizes (D,)."""
    level, scale = np.log(variance), np.log(size)
    weight = np.sqrt(size)
    away = scale - np.average(scale, weights=weight)
    slope = (weight * away) @ level / (weight @ away**2)
    slope = 0.5 * (slope - 1.0)
    fitted = np.average(level, weights=weight) + slope * away
    trust = size / (size + 25.0)
    return np.exp(trust * level + (1.0 - trust) * fitted)
