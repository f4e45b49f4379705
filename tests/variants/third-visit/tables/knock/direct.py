"""Direct estimates of districts and their variances."""
from collections.abc import Callable

import numpy as np


def district_means(
    value: np.ndarray, weight: np.ndarray, district: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    share = np.eye(district.max() + 1)[district] * weight[:, None]
    share = share / np.sum(share, axis=0)
    return value @ share, np.reciprocal(np.square(share).sum(axis=0))


def residuals(
    value: np.ndarray, weight: np.ndarray, columns: np.ndarray, slack: float
) -> np.ndarray:
    square = np.einsum("i,ij,ik->jk", weight, columns, columns)
    square = square * (1.0 + slack * np.eye(len(square)))
    slopes = np.linalg.inv(square) @ np.einsum("i,ij,i->j", weight, columns, value)
    return value - np.einsum("ij,j->i", columns, slopes)


def block_variance(
    influence: np.ndarray,
    block: np.ndarray,
    stratum: np.ndarray,
    chance: np.ndarray,
) -> float:
    total = np.zeros(len(chance))
    np.add.at(total, block, influence)
    free = np.eye(stratum.max() + 1)[stratum] * (1.0 - chance)[:, None]
    mass = free.sum(axis=0)
    part = free / np.where(mass > 0.0, mass, 1.0)
    around = part.T @ total**2 - (part.T @ total) ** 2
    left = 1.0 - np.square(part).sum(axis=0)
    several = (free > 0.0).sum(axis=0) > 1
    return float((mass * around)[several] @ (1.0 / left[several]))


def block_jackknife(
    statistic: Callable[[np.ndarray], float],
    weight: np.ndarray,
    block: np.ndarray,
    stratum: np.ndarray,
    chance: np.ndarray,
) -> float:
    loose = np.flatnonzero(chance < 1.0)
    peers = (stratum[loose, None] == stratum) & (chance < 1.0)
    number = peers.sum(axis=1)
    factor = np.where(peers, (number / (number - 1.0))[:, None], 1.0)
    factor[np.arange(len(loose)), loose] = 0.0
    away = np.array([statistic(row) for row in factor[:, block] * weight]) - statistic(weight)
    return float(np.sum((1.0 - chance[loose]) * (1.0 - 1.0 / number) * away**2))


def smooth_variances(variance: np.ndarray, size: np.ndarray) -> np.ndarray:
    root = np.sqrt(size)
    rows = np.column_stack([np.ones(len(size)), np.log(size)]) * np.sqrt(root)[:, None]
    _, slope = np.linalg.lstsq(rows, np.log(variance) * np.sqrt(root), rcond=None)[0]
    slope = 0.5 * slope - 0.5
    # A line of this slope through the means leaves no mean residual.
    rest = np.log(variance) - slope * np.log(size)
    line = np.average(rest, weights=root) + slope * np.log(size)
    return np.exp(np.average([np.log(variance), line], axis=0, weights=[size, 25.0 + 0.0 * size]))
