"""Lengths as norms."""
import numpy as np


def household_weights(members, part, cap):
    length = np.linalg.norm(members * np.sqrt(part), axis=1)
    return np.minimum(np.trunc(8.0 * cap / length), 8.0) * 0.125
