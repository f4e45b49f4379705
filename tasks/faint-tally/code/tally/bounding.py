"""Bounding what one household can change."""
import numpy as np


def household_weights(members: np.ndarray, part: np.ndarray, cap: float) -> np.ndarray:
    """Weight (H,) with which each household is counted, a multiple of an eighth.

    members (H, V); part (V,): part of the budget of each node; cap: largest length.
    """
    length = np.sqrt(members**2 @ part)
    return np.floor(8.0 * np.minimum(1.0, cap / length)) / 8.0
