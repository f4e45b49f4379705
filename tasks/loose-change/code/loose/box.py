"""The sheared periodic box."""
import numpy as np


def separation(
    start: np.ndarray, end: np.ndarray, side: float, strain: float
) -> np.ndarray:
    """Vectors (..., 2) from start to the nearest image of end (both (..., 2))."""
    apart = end - start
    rows = np.floor(apart[..., 1] / side + 0.5)
    up = apart[..., 1] - rows * side
    along = apart[..., 0] - rows * strain * side
    along = along - side * np.floor(along / side + 0.5)
    return np.stack([along, up], axis=-1)
