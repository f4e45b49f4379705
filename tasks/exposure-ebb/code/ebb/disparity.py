"""From two tables to one number."""
from typing import NamedTuple

import numpy as np

from .helpers import shaped


class Disparity(NamedTuple):
    """joint: the index; crossed: the part that neither side shows alone, in bits."""

    joint: float
    crossed: float


@shaped(2, 1)
def shrink_table(table: np.ndarray, weight: np.ndarray, n_lists: int) -> np.ndarray:
    """Stabilised table (G, H) from a raw one, user weights (U,) and the lists per user."""
    effective = n_lists / np.sum(weight**2)
    anchor = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True)
    scatter = (1.0 - np.sum(table**2)) / (effective - 1.0)
    signal = np.sum((table - anchor) ** 2)
    pull = scatter / (scatter + signal)
    return pull * anchor + (1.0 - pull) * table


@shaped(2, 2)
def joint_disparity(table: np.ndarray, target: np.ndarray) -> Disparity:
    """Disparity of an exposure table (G, H) against its target (G, H)."""
    floor = 1.0 / (3.0 * table.size)

    def ratios(actual: np.ndarray) -> np.ndarray:
        return np.log2((actual + floor) / (target + floor))

    span = np.log2((target.max() + floor) / (target.min() + floor))
    gaps = ratios(table)
    weighted = np.sum((table * target) ** 0.25 * gaps**2)
    cross = gaps - gaps.mean(axis=1, keepdims=True) - gaps.mean(axis=0, keepdims=True) + gaps.mean()
    freedom = (target.shape[0] - 1) * (target.shape[1] - 1)
    crossed = np.sqrt(np.sum(cross**2) / freedom)
    return Disparity(float(np.sqrt(weighted) / span), float(crossed))
