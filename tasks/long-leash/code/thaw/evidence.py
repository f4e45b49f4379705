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
    """Log ratio of the evidence over a stage, and its hysteresis.

    weight, rise (n,): of the particles before the stage; weight_after, rise_after (n,): of
    those after it, rise being that of the path's log density over the stage.
    """
    ratio = log_mean(weight, 0.5 * rise) - log_mean(weight_after, -0.5 * rise_after)
    forth = log_mean(weight, rise)
    back = -log_mean(weight_after, -rise_after)
    return ratio, forth - back


def pool_islands(log_evidence: np.ndarray, hysteresis: np.ndarray) -> Pooled:
    """Pool islands with log evidence (I,) and total hysteresis (I,)."""
    trust = 1.0 / (0.1 + np.abs(hysteresis))

    def pool(kept: np.ndarray) -> float:
        return log_mean(trust[kept] / trust[kept].sum(), log_evidence[kept])

    islands = np.arange(len(trust))
    pooled = pool(islands)
    without = np.array([pool(islands[islands != i]) for i in islands])
    spread = ((without - pooled) ** 2).sum()
    error = np.sqrt(spread * (len(trust) - 1) / len(trust))
    share = trust * np.exp(log_evidence - log_evidence.max())
    return Pooled(pooled, float(error), share / share.sum())


def model_weights(log_evidence: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Weights (M,) of models from log evidence and its error (M,)."""
    cautious = np.exp(log_evidence - log_evidence.max()) / (1.0 + error)
    cautious = cautious / cautious.sum()
    return 0.95 * cautious + 0.05 / len(cautious)
