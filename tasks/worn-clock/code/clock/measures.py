"""How good a forecast is."""
import numpy as np


def scaled_error(coming: np.ndarray, said: np.ndarray, past: np.ndarray, lag: int) -> float:
    """Error of what was said (ahead,) of what came (ahead,), in view of the past (n,)."""
    usual = np.nanmean(np.abs(past[lag:] - past[:-lag]))
    late = np.sqrt(np.arange(1, len(said) + 1))
    seen = np.isfinite(coming)
    error = np.abs(coming - said)[seen]
    return float(np.average(error, weights=1.0 / late[seen]) / usual)


def interval_score(
    coming: np.ndarray, low: np.ndarray, high: np.ndarray, level: float
) -> float:
    """Mean score of intervals (ahead,) with the given level for what came (ahead,)."""
    seen = np.isfinite(coming)
    coming, low, high = coming[seen], low[seen], high[seen]
    miss = np.maximum(low - coming, 0.0) + np.maximum(coming - high, 0.0)
    return float(np.mean(high - low + 2.0 / (1.0 - level) * miss))
