"""The evidence, from stages to islands to models."""
from typing import NamedTuple

import numpy as np


class Pooled(NamedTuple):
    """log_evidence and its error, of all islands; share (I,) of each island."""

    log_evidence: float
    error: float
    share: np.ndarray


def log_mean(weight: np.ndarray, log_value: np.ndarray) -> float:
    """Log of a weighted mean."""
    top = log_value.max()
    return float(top + np.log(weight @ np.exp(log_value - top)))


def stage_ratio(
    weight: np.ndarray, rise: np.ndarray, weight_after: np.ndarray, rise_after: np.ndarray
) -> tuple[float, float]:
    def total(w: np.ndarray, part: np.ndarray) -> float:
        return float(np.logaddexp.reduce(np.log(w) + part))

    halves = total(weight, rise / 2), total(weight_after, -rise_after / 2)
    whole = total(weight, rise), total(weight_after, -rise_after)
    return halves[0] - halves[1], whole[0] + whole[1]


def pool_islands(log_evidence: np.ndarray, hysteresis: np.ndarray) -> Pooled:
    number, base = len(log_evidence), float(np.mean(log_evidence))
    trust = [1 / (0.1 + abs(chi)) for chi in hysteresis]
    mass = [t * np.exp(level - base) for t, level in zip(trust, log_evidence)]
    pooled = base + np.log(sum(mass) / sum(trust))
    squares = 0.0
    for i in range(number):
        rest = base + np.log((sum(mass) - mass[i]) / (sum(trust) - trust[i]))
        squares += (rest - pooled) ** 2
    error = ((number - 1) / number * squares) ** 0.5
    return Pooled(float(pooled), float(error), np.array(mass) / sum(mass))


def model_weights(log_evidence: np.ndarray, error: np.ndarray) -> np.ndarray:
    number = len(error)
    out = []
    for one, doubt in zip(log_evidence, error):
        rivals = sum(
            np.exp(other - one) * (1 + doubt) / (1 + wrong)
            for other, wrong in zip(log_evidence, error)
        )
        out.append(0.95 / rivals + 0.05 / number)
    return np.array(out)
