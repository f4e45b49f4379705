"""What the release gives away about a household."""
from statistics import NormalDist

import numpy as np

from .measure import Measured
from .tree import Tree


def exposure(members: np.ndarray, rounds: list[Measured]) -> np.ndarray:
    """Distance (H,) that each household (H, V) moves the measurements of all rounds by."""
    square = np.zeros(len(members))
    for done in rounds:
        square += done.weight**2 * (members**2 @ (1.0 / done.variance))
    return np.sqrt(square)


def mean_power(distance: np.ndarray, persons: np.ndarray, alarm: float) -> float:
    """Power of the best test for a household, per person; alarm: its rate of false alarms."""
    normal = NormalDist()
    start = normal.inv_cdf(alarm)
    power = np.array([normal.cdf(start + step) for step in distance.tolist()])
    return float(persons @ power / persons.sum())


def ghost_scores(
    tree: Tree, members: np.ndarray, error: np.ndarray, variance: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Scores (H,) of the households, and of their ghosts, from what is published.

    members (H, V); error, variance (V,): published less true counts, published variances.
    """
    trust = 2.0 ** (tree.depth - tree.height) / (variance + 1.0 / 12.0)
    half = 0.5 * members**2 @ trust
    ghost = members @ (trust * error) - half
    return ghost + 2.0 * half, ghost


def threshold_advantage(real: np.ndarray, ghost: np.ndarray, persons: np.ndarray) -> float:
    """Largest gain of any threshold on the scores (H,), each weighted by its persons (H,)."""
    score = np.concatenate([real, ghost])
    order = np.argsort(-score, kind="stable")
    mass = np.concatenate([persons, -persons])[order] / persons.sum()
    return float(np.max(np.cumsum(mass)))
