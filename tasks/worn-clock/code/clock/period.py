"""How long a season is."""
import numpy as np


def lag_agreement(rest: np.ndarray, lags: int) -> np.ndarray:
    """Agreement (lags + 1,) of a series (n,) with gaps with itself, lags 0 to lags."""
    seen = np.isfinite(rest)
    filled = np.where(seen, rest, 0.0)
    out = np.empty(lags + 1)
    for lag in range(lags + 1):
        end = len(rest) - lag
        both = seen[lag:] & seen[:end]
        late, early = filled[lag:][both], filled[:end][both]
        out[lag] = 2.0 * (late @ early) / (late @ late + early @ early)
    return out


def find_period(agreement: np.ndarray, least: int, most: int) -> float:
    """Length of a season, between least and most steps, from agreements of lags to 2 most."""
    lags = np.arange(least, most + 1)
    score = agreement[lags] + 0.5 * agreement[2 * lags] - 0.25 * agreement[lags // 2]
    best = int(np.argmax(score))
    if best in (0, len(lags) - 1):
        return float(lags[best])
    before, here, after = score[best - 1 : best + 2]
    return float(lags[best] + 0.5 * (before - after) / (before - 2.0 * here + after))
