"""Weights for pupils who are still there."""
import numpy as np


def staying_weights(
    mark: np.ndarray, present: np.ndarray, school: np.ndarray, strength: float
) -> np.ndarray:
    pupils, terms = mark.shape
    factor = np.ones((pupils, terms))
    for t in range(1, terms):
        risk = [i for i in range(pupils) if present[i, t - 1]]
        overall = sum(1 for i in risk if not present[i, t]) / len(risk)
        groups, middle = {}, {}
        for s in set(school[risk]):
            middle[s] = np.median([mark[i, t - 1] for i in risk if school[i] == s])
        for i in risk:
            groups.setdefault((school[i], mark[i, t - 1] < middle[school[i]]), []).append(i)
        for group in groups.values():
            gone = sum(1 for i in group if not present[i, t])
            stay = (len(group) - gone + strength * (1 - overall)) / (len(group) + strength)
            for i in group:
                factor[i, t] = ((1 - overall) / stay) ** 0.75
    return np.where(present, np.cumprod(factor, axis=1), 0.0)
