"""The delay from onset to report, from a triangle that is cut off by today."""
import numpy as np


def reverse_hazards(dated: np.ndarray, half_life: float, pooling: float) -> np.ndarray:
    """Reverse-time hazards (D, A) of the delays 1..D from dated cases (T, D + 1, A)."""
    n_days, n_lags, _ = dated.shape
    upto = dated.cumsum(axis=1)
    hazard = []
    for lag in range(1, n_lags):
        visible = n_days - lag
        weight = 0.5 ** (np.arange(visible)[::-1] / half_life)
        hits = weight @ dated[:visible, lag]
        risk = weight @ upto[:visible, lag]
        common = (hits.sum() + 4.0) / (risk.sum() + 12.0)
        hazard.append((hits + pooling * common) / (risk + pooling))
    return np.array(hazard)


def delay_law(hazard: np.ndarray) -> np.ndarray:
    """Probabilities (D + 1, A) of the delays 0..D from reverse-time hazards (D, A)."""
    bent = np.log(-np.log1p(-hazard))
    shorter = np.vstack([bent[:1], bent[:-1]])
    longer = np.vstack([bent[1:], bent[-1:]])
    smooth = 0.35 * shorter + 0.5 * bent + 0.15 * longer
    escape = np.exp(-np.exp(smooth))
    below = np.vstack([escape[::-1].cumprod(axis=0)[::-1], np.ones_like(escape[:1])])
    return np.vstack([below[:1], (1.0 - escape) * below[1:]])
