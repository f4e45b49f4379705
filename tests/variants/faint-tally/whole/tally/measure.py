"""Noisy counts of all nodes at once."""
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


def measure_nodes(members, part, rho, cap, key, turn):
    weight = household_weights(members, part, cap)
    nodes = part.nonzero()[0]
    count, variance = np.zeros(len(part)), np.full(len(part), np.inf)
    variance[nodes] = 0.5 * cap**2 / (rho * part[nodes])
    noise = discrete_gaussian(node_uniforms(key, turn, len(part))[nodes], variance[nodes])
    count[nodes] = np.tensordot(weight, members[:, nodes], axes=1) + noise
    return Measured(count, variance, weight)


def blend_rounds(pilot, main):
    rounds = pilot, main
    weight = np.stack([1.0 / done.variance for done in rounds])
    weight[:, np.isinf(main.variance)] = 0.0
    total = weight.sum(axis=0)
    seen = total > 0.0
    count, variance = np.zeros(len(total)), np.full(len(total), np.inf)
    mean = (weight * np.stack([done.count for done in rounds])).sum(axis=0)
    count[seen] = mean[seen] / total[seen]
    variance[seen] = 1.0 / total[seen]
    return count, variance
