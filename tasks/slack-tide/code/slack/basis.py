"""Columns of the regression."""
import numpy as np


def design(x: np.ndarray, day: np.ndarray, reference: np.ndarray, period: float) -> np.ndarray:
    """Columns (N, p) for covariates x (N, d) on the given days (N,); reference (R, d)."""
    middle = np.median(reference, axis=0)
    reach = np.mean(np.abs(reference - middle), axis=0)
    unit = (x - middle) / reach
    bent = unit / np.sqrt(1.0 + np.abs(unit))
    width = x.shape[1]
    pairs = [bent[:, i] * bent[:, j] for i in range(width) for j in range(i + 1, width)]
    angle = 2.0 * np.pi * day / period
    tides = [wave(k * angle) / k for k in (1, 2) for wave in (np.cos, np.sin)]
    swing = bent * np.cos(angle)[:, None]
    return np.column_stack([np.ones(len(day)), bent, *pairs, *tides, swing])
