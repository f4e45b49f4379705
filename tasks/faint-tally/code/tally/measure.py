"""Noisy counts."""
from dataclasses import dataclass

import numpy as np

from .bounding import household_weights
from .noise import discrete_gaussian, node_uniforms


@dataclass(frozen=True)
class Measured:
    """Noisy counts and their variances (V,), 0 and infinite where nothing is measured; the
    weights (H,) with which households were counted."""

    count: np.ndarray
    variance: np.ndarray
    weight: np.ndarray


def noise_variance(part: np.ndarray, rho: float, cap: float) -> np.ndarray:
    """Variance (V,) of the noise; infinite where part (V,) is zero."""
    with np.errstate(divide="ignore"):
        return cap**2 / (2.0 * rho * part)


def measure_nodes(
    members: np.ndarray, part: np.ndarray, rho: float, cap: float, key: int, turn: int
) -> Measured:
    """Count households (H, V) at the nodes that have a part (V,) of the budget rho."""
    weight = household_weights(members, part, cap)
    variance = noise_variance(part, rho, cap)
    seen = part > 0.0
    uniform = node_uniforms(key, turn, len(part))[seen]
    count = np.zeros(len(part))
    count[seen] = weight @ members[:, seen] + discrete_gaussian(uniform, variance[seen])
    return Measured(count, variance, weight)


def blend_rounds(pilot: Measured, main: Measured) -> tuple[np.ndarray, np.ndarray]:
    """Counts and variances (V,) of both rounds together, where the main round measured."""
    first = np.where(np.isfinite(main.variance), 1.0 / pilot.variance, 0.0)
    second = 1.0 / main.variance
    both = np.where(first + second > 0.0, first + second, 1.0)
    count = (first * pilot.count + second * main.count) / both
    return count, np.where(second > 0.0, 1.0 / both, np.inf)
