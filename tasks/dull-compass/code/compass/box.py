"""From free points to settings."""
import numpy as np


def fold(point: np.ndarray) -> np.ndarray:
    """Settings (n, d), from 0 to 1, of points (n, d)."""
    inside = 1.0 - np.abs(1.0 - np.mod(point, 2.0))
    return inside - np.sin(2.0 * np.pi * inside) / (4.0 * np.pi)


def stray(point: np.ndarray) -> np.ndarray:
    """How far points (n, d) are out of the box (n,)."""
    out = np.maximum(np.abs(point - 0.5) - 0.5, 0.0)
    return np.sum(out**1.5, axis=1)
