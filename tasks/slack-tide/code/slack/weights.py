"""Weights of past readings."""
import numpy as np


def reading_weights(
    day: np.ndarray, gauge: np.ndarray, now: int, decay: float, period: float
) -> np.ndarray:
    """Weights (R,) on day `now` of earlier readings, from their day and gauge (R,)."""
    lag = now - day
    fresh = (1.0 + lag / decay) ** -1.5
    fresh = fresh * (1.0 + 0.5 * np.cos(2.0 * np.pi * lag / period))
    crowd = np.bincount(gauge, weights=fresh)[gauge]
    raw = fresh / np.cbrt(crowd)
    return raw * raw.sum() / np.sum(raw**2)
