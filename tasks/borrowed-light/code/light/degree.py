"""Who lends to whom, and how much is borrowed."""
import numpy as np


def lending_matrix(weight: np.ndarray, lend: float, floor: float) -> np.ndarray:
    """What node j lends to node i, (n, n), from the weights (n, n)."""
    strength = weight.sum(axis=1)
    eased = strength + floor * strength.mean()
    return weight * eased[:, None] ** (lend - 1.0) * eased[None, :] ** -lend


def borrowed_part(weight: np.ndarray, known: np.ndarray, most: float) -> np.ndarray:
    """Part (n,) of its light that each node borrows; known (n,): boolean, whether a seed."""
    strength = weight.sum(axis=1)
    part = most * np.sqrt(strength / (strength + np.median(strength)))
    return np.where(known, 0.5 * part, part)


def borrow_light(
    lending: np.ndarray, strength: np.ndarray, light: np.ndarray, haze: float
) -> np.ndarray:
    """Light (n, K) that arrives at each node, less a part of the haze.

    lending (n, n); strength (n,); light (n, K).
    """
    glow = strength @ light / strength.sum()
    return lending @ light - haze * np.outer(lending.sum(axis=1), glow)
