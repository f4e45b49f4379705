"""What a budget means."""
import numpy as np


def epsilon_of(rho: float, delta: float) -> float:
    """Epsilon at delta of a budget rho."""
    order = 1.0 + 2.0 ** (np.arange(-8, 13) / 2.0)
    slack = np.log1p(-1.0 / order) - np.log(delta * order) / (order - 1.0)
    return float(np.min(rho * order + slack))


def typical_budget(distance: np.ndarray, persons: np.ndarray, level: float) -> float:
    """Budget that the given share of persons doesn't exceed; distance, persons (H,)."""
    order = np.argsort(distance, kind="stable")
    mass = np.cumsum(persons[order]) - 0.5 * persons[order]
    return float(np.interp(level, mass / persons.sum(), 0.5 * distance[order] ** 2))
