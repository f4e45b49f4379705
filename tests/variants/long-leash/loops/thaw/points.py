"""Evenly spread points."""
import numpy as np


def lattice(number: int, shift: np.ndarray) -> np.ndarray:
    d = len(shift)
    low, high = 1.0, 2.0
    for _ in range(80):
        phi = (low + high) / 2
        low, high = (phi, high) if phi ** (d + 1) < phi + 1 else (low, phi)
    out = np.empty((number, d))
    for j in range(d):
        for i in range(number):
            x = shift[j] + (i + 0.5) / phi ** (j + 1)
            out[i, j] = x - np.floor(x)
    return out
