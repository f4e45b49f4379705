"""From the scores of rows to schools, and from schools to one effect."""
from typing import NamedTuple

import numpy as np


class Pooled(NamedTuple):
    """effect: of all schools; shrunken (S,): effects of the schools."""

    effect: float
    shrunken: np.ndarray


def school_effects(
    score: np.ndarray, mass: np.ndarray, pupil: np.ndarray, school: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Effects and their variances (S,); score, mass, pupil (n,) of the rows, school (N,)."""
    home = school[pupil]
    total = np.bincount(home, weights=mass)
    effect = np.bincount(home, weights=mass * score) / total
    moved = np.bincount(pupil, weights=mass * (score - effect[home]), minlength=len(school))
    heads = np.bincount(school[np.unique(pupil)])
    variance = np.bincount(school, weights=moved**2) / total**2 * heads / (heads - 1.0)
    return effect, variance


def pool_schools(effect: np.ndarray, variance: np.ndarray) -> Pooled:
    """Pool the effects (S,) of schools with their variances (S,)."""
    trust = 1.0 / np.sqrt(variance)
    middle = np.average(effect, weights=trust)
    between = np.average((effect - middle) ** 2, weights=trust)
    within = np.average(variance, weights=trust)
    apart = between**2 / (between + within)
    weight = (variance + apart) ** -0.75
    pooled = np.average(effect, weights=weight)
    shrunken = pooled + apart / (apart + variance) * (effect - pooled)
    return Pooled(float(pooled), shrunken)
