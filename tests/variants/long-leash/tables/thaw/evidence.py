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
    start, end = rise.max(), rise_after.min()
    up, down = np.exp((rise - start) / 2.0), np.exp((end - rise_after) / 2.0)
    halves = np.log(weight @ up) - np.log(weight_after @ down) + (start + end) / 2.0
    both = np.log(weight @ up**2) + np.log(weight_after @ down**2) + start - end
    return float(halves), float(both)


def pool_islands(log_evidence: np.ndarray, hysteresis: np.ndarray) -> Pooled:
    count = len(hysteresis)
    trust = np.reciprocal(np.abs(hysteresis) + 0.1)
    use = np.vstack([np.ones(count), 1.0 - np.eye(count)]) * trust
    high = log_evidence.max()
    levels = high + np.log(use @ np.exp(log_evidence - high) / use.sum(axis=1))
    error = np.sqrt(np.sum((levels[1:] - levels[0]) ** 2) * (1.0 - 1.0 / count))
    log_share = np.log(trust) + log_evidence - levels[0] - np.log(trust.sum())
    return Pooled(float(levels[0]), float(error), np.exp(log_share))


def model_weights(log_evidence: np.ndarray, error: np.ndarray) -> np.ndarray:
    log_weight = log_evidence - np.log1p(error)
    odds = np.exp(np.subtract.outer(log_weight, log_weight))
    return 0.95 / odds.sum(axis=0) + 0.05 / len(error)
