"""The sheared periodic box."""
import numpy as np


def separation(
    start: np.ndarray, end: np.ndarray, side: float, strain: float
) -> np.ndarray:
    basis = side * np.array([[1.0, 0.0], [strain, 1.0]])
    apart = end - start
    for axis in (1, 0):
        images = np.floor(apart[..., axis] / side + 0.5)
        apart = apart - images[..., None] * basis[axis]
    return apart
