"""Weights for pupils who are still there."""
import numpy as np


def staying_weights(
    mark: np.ndarray, present: np.ndarray, school: np.ndarray, strength: float
) -> np.ndarray:
    """Weights (N, T) of those present, zero for the absent.

    mark, present (N, T); school (N,); strength: a number of pupils.
    """
    weight = present.astype(np.float64)
    log_ratio = np.zeros(len(school))
    for t in range(1, mark.shape[1]):
        risk = present[:, t - 1]
        gone = risk & ~present[:, t]
        overall = gone.sum() / risk.sum()
        for s in np.unique(school):
            home = risk & (school == s)
            low = mark[:, t - 1] < np.median(mark[home, t - 1])
            for group in (home & low, home & ~low):
                hazard = (gone[group].sum() + strength * overall) / (group.sum() + strength)
                log_ratio[group] += np.log((1.0 - overall) / (1.0 - hazard))
        weight[:, t] *= np.exp(0.75 * log_ratio)
    return weight
