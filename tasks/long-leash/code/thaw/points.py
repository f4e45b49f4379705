"""Evenly spread points."""
import numpy as np


def lattice(number: int, shift: np.ndarray) -> np.ndarray:
    """Points (number, d) of the unit cube, moved by shift (d,)."""
    d = len(shift)
    root = 2.0
    for _ in range(60):
        root = (1.0 + root) ** (1.0 / (d + 1))
    stride = root ** -np.arange(1.0, d + 1.0)
    return (shift + (np.arange(number)[:, None] + 0.5) * stride) % 1.0
