"""Evenly spread points."""
import numpy as np


def lattice(number: int, shift: np.ndarray) -> np.ndarray:
    d = len(shift)
    # phi^(d + 1) - phi - 1 = 0
    roots = np.roots([1.0] + [0.0] * (d - 1) + [-1.0, -1.0])
    phi = max(root.real for root in roots if abs(root.imag) < 1e-9)
    for _ in range(3):
        phi -= (phi ** (d + 1) - phi - 1.0) / ((d + 1) * phi**d - 1.0)
    raw = shift + np.outer(np.arange(number) + 0.5, np.cumprod(np.full(d, 1.0 / phi)))
    return np.modf(raw)[0]
