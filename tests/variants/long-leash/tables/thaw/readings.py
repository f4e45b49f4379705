"""How likely readings are, and how much those of a surface count."""
import numpy as np

STRAY = 0.02
LARGEST = 100.0


def reading_log_likelihood(
    size: np.ndarray, spread: np.ndarray, reading: np.ndarray, limit: float
) -> np.ndarray:
    none = reading == 0
    edges = np.stack([reading - 0.5, np.where(none, limit - 0.5, reading + 0.5)])
    scaled = (size - edges[:, None, :]) / (spread[:, None] * (size + 5.0) ** 0.6)
    below = np.exp2(-np.exp(np.minimum(scaled, 500.0)))
    below[0][:, none] = 0.0
    return np.log1p(0.98 * np.diff(below, axis=0)[0] + 0.0002 - 1.0)


def surface_weights(surface: np.ndarray) -> np.ndarray:
    _, at, number = np.unique(surface, return_inverse=True, return_counts=True)
    return (1.0 / np.sqrt(np.sqrt(number)))[at]
