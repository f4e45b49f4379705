"""Quantiles of weighted scores."""
import numpy as np


def tail_quantile(score: np.ndarray, weight: np.ndarray, alpha: float) -> float:
    """Score that is exceeded with probability alpha, from score and weight (R,)."""
    order = np.argsort(score)
    score, weight = score[order], weight[order]
    total = weight.sum() + weight.max()
    mass = (np.cumsum(weight) - 0.5 * weight) / total
    plain = np.interp(1.0 - alpha, mass, score)
    knee = np.interp(0.75, mass, score)
    above = score > knee
    excess = np.average(score[above] - knee, weights=weight[above])
    tail = knee + excess * np.log(0.25 / alpha)
    trust = alpha * total / (1.0 + alpha * total)
    return float(trust * plain + (1.0 - trust) * tail)
