"""Columns made comparable, in one valley and from one to another."""
import numpy as np


def gauge(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centre and width (d,) of columns (n, d)."""
    low, middle, high = np.quantile(columns, [0.25, 0.5, 0.75], axis=0)
    centre = (low + 2.0 * middle + high) / 4.0
    return centre, 0.5 * (high - low) + 0.25 * np.abs(columns - centre).mean(axis=0)


def borrow(
    own: tuple[np.ndarray, np.ndarray], old: tuple[np.ndarray, np.ndarray], days: int
) -> tuple[np.ndarray, np.ndarray]:
    """Centre and width (d,) for a valley with so many days, from its own and the old one's."""
    trust = days / (days + 30.0)
    centre = trust * own[0] + (1.0 - trust) * old[0]
    width = np.sqrt(trust * own[1] ** 2 + (1.0 - trust) * old[1] ** 2 + (own[0] - centre) ** 2)
    return centre, width


def level(columns: np.ndarray, centre: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Levelled columns (n, d)."""
    apart = (columns - centre) / width
    return apart / (1.0 + (apart / 3.0) ** 2) ** 0.25
