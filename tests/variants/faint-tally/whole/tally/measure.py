"""Noisy counts of all nodes at once."""
from dataclasses import dataclass

import numpy as np

from .bounding import household_weights
from .noise import discrete_gaussian, node_uniforms


@dataclass(frozen=True)
class Measured:
    """Noisy counts, variances (V,) and weights (H,) of a round."""

    count: np.ndarray
    variance: np.ndarray
    weight: np.ndarray


def noise_variance(part, rho, cap):
    out = np.full(len(part), np.inf)
    np.divide(0.5 * cap**2 / rho, part, out=out, where=part > 0.0)
    return out


def measure_nodes(members, part, rho, cap, key, turn):
    weight = household_weights(members, part, cap)
    variance = noise_variance(part, rho, cap)
    (seen,) = np.nonzero(part)
    noise = np.zeros(len(part))
    noise[seen] = discrete_gaussian(node_uniforms(key, turn, len(part))[seen], variance[seen])
    return Measured((members.T @ weight) * (part > 0.0) + noise, variance, weight)


def blend_rounds(pilot, main):
    seen = np.isfinite(main.variance)
    both = np.stack([1.0 / pilot.variance, 1.0 / main.variance])[:, seen]
    count, variance = np.zeros(len(seen)), np.full(len(seen), np.inf)
    counts = np.stack([pilot.count, main.count])[:, seen]
    count[seen] = np.average(counts, axis=0, weights=both)
    variance[seen] = 1.0 / both.sum(axis=0)
    return count, variance
