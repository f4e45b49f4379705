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
    effects, variances = [], []
    for s in range(int(school.max()) + 1):
        rows = school[pupil] == s
        m, psi, who = mass[rows], score[rows], pupil[rows]
        effects.append((m @ psi) / m.sum())
        moved = [(m * (psi - effects[-1]))[who == i].sum() / m.sum() for i in np.unique(who)]
        variances.append(np.sum(np.square(moved)) / (1.0 - 1.0 / len(moved)))
    return np.array(effects), np.array(variances)


def pool_schools(effect: np.ndarray, variance: np.ndarray) -> Pooled:
    def mean(values, weights) -> float:
        return sum(w * v for w, v in zip(weights, values)) / sum(weights)

    trust = variance**-0.5
    middle = mean(effect, trust)
    between = mean([(e - middle) ** 2 for e in effect], trust)
    apart = between / (1 + mean(variance, trust) / between)
    pooled = mean(effect, [1 / (v + apart) ** 0.75 for v in variance])
    shrunken = [(apart * e + v * pooled) / (apart + v) for e, v in zip(effect, variance)]
    return Pooled(float(pooled), np.array(shrunken))
