"""The sheared periodic box."""
import numpy as np


def separation(
    start: np.ndarray, end: np.ndarray, side: float, strain: float
) -> np.ndarray:
    x = np.asarray(end[..., 0] - start[..., 0])
    y = np.asarray(end[..., 1] - start[..., 1])
    up = (y + side / 2) % side - side / 2
    x = x + strain * (up - y)
    along = (x + side / 2) % side - side / 2
    out = np.empty(up.shape + (2,))
    out[..., 0], out[..., 1] = along, up
    return out
