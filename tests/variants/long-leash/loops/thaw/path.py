"""The path from the anchor to the target."""
from math import exp, log

import numpy as np


def path_log_density(
    log_anchor: np.ndarray, log_target: np.ndarray, warmth: float
) -> np.ndarray:
    return log_anchor + warmth * (log_target - warmth**0.5 * log_anchor)


def normalised(log_weight: np.ndarray) -> np.ndarray:
    """Weights (n,) that sum to one."""
    weight = np.exp(log_weight - log_weight.max())
    return weight / weight.sum()


def perplexity(weight: np.ndarray) -> float:
    entropy = 0.0
    for w in weight.tolist():
        if w > 0:
            entropy -= w * log(w)
    return exp(entropy)


def next_warmth(
    weight: np.ndarray,
    log_anchor: np.ndarray,
    log_target: np.ndarray,
    warmth: float,
    keep: float,
) -> float:
    now = perplexity(weight)

    def lost(there: float) -> bool:
        rise = path_log_density(log_anchor, log_target, there) - path_log_density(
            log_anchor, log_target, warmth
        )
        new = weight * np.exp(rise - rise.max())
        return perplexity(new / new.sum()) < keep * now

    if not lost(1.0):
        return 1.0
    ends = [warmth, 1.0]
    for _ in range(40):
        middle = sum(ends) / 2
        ends[lost(middle)] = middle
    return ends[1]
