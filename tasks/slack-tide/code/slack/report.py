"""Numbers that sum up a stream of intervals."""
import numpy as np


def gauge_score(
    residual: np.ndarray, margin: np.ndarray, gauge: np.ndarray, alpha: float
) -> float:
    """Interval score of residual (N,) against margins (N, 2), balanced over the gauges (N,)."""
    below = np.maximum(-residual - margin[:, 0], 0.0)
    above = np.maximum(residual - margin[:, 1], 0.0)
    score = margin.sum(axis=1) + 2.0 / alpha * (below + above)
    _, place, count = np.unique(gauge, return_inverse=True, return_counts=True)
    mean = np.bincount(place, weights=score) / count
    return float(np.average(np.sqrt(mean), weights=np.sqrt(count)) ** 2)


def basin_gap(
    residual: np.ndarray, margin: np.ndarray, basin: np.ndarray, alpha: float
) -> float:
    """Distance of the basins' coverage from nominal; residual, basin (N,), margin (N, 2)."""
    missed = (residual > margin[:, 1]) | (-residual > margin[:, 0])
    count = np.bincount(basin)
    misses = np.bincount(basin, weights=missed)
    rate = (misses + 12.0 * alpha) / (count + 12.0)
    apart = np.log2(rate / (1.0 - rate)) - np.log2(alpha / (1.0 - alpha))
    return float(np.sqrt(np.average(apart**2, weights=np.sqrt(count))))
