"""Noisy counts node by node."""
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
    uniform = node_uniforms(key, turn, len(part))
    count, variance = np.zeros(len(part)), np.full(len(part), np.inf)
    for v, a in enumerate(part):
        if a > 0:
            variance[v] = cap * cap / (2 * rho * a)
            noise = discrete_gaussian(uniform[v : v + 1], variance[v : v + 1])
            count[v] = (weight * members[:, v]).sum() + noise[0]
    return Measured(count, variance, weight)


def blend_rounds(pilot, main):
    count, variance = np.zeros(len(main.count)), np.full(len(main.count), np.inf)
    for v in range(len(count)):
        if main.variance[v] == np.inf:
            continue
        rounds = [(main.count[v], main.variance[v])]
        if pilot.variance[v] < np.inf:
            rounds.append((pilot.count[v], pilot.variance[v]))
        mass = sum(1 / spread for _, spread in rounds)
        count[v] = sum(x / spread for x, spread in rounds) / mass
        variance[v] = 1 / mass
    return count, variance
