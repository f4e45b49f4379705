"""The centre of the intervals, and the residuals that calibrate them."""
import numpy as np


def fit_centre(
    columns: np.ndarray, level: np.ndarray, weight: np.ndarray, penalty: float
) -> np.ndarray:
    """Coefficients (p,) for columns (R, p), level (R,) and weight (R,)."""
    width = columns.shape[1]
    pull = np.diag(np.sqrt(np.arange(width)))
    current = weight
    for _ in range(3):
        gram = columns.T @ (columns * current[:, None])
        ridge = penalty * np.trace(gram) / width
        coefficients = np.linalg.solve(gram + ridge * pull, columns.T @ (current * level))
        miss = np.abs(level - columns @ coefficients)
        current = weight / (1.0 + miss / np.median(miss))
    return coefficients


def gauge_offsets(
    residual: np.ndarray, weight: np.ndarray, gauge: np.ndarray, basin: np.ndarray, pooling: float
) -> np.ndarray:
    """Offsets (S,) of the gauges, from residual, weight, gauge (R,) and basin (S,)."""
    total = np.bincount(gauge, weights=weight)
    size = total**2 / np.bincount(gauge, weights=weight**2)
    own = np.bincount(gauge, weights=weight * residual) / total
    vote = np.sqrt(size)
    home = np.bincount(basin, weights=vote * own) / np.bincount(basin, weights=vote)
    keep = size / (size + pooling)
    return 0.5 * home[basin] + keep * (own - home[basin])


def blended_residuals(
    columns: np.ndarray,
    level: np.ndarray,
    weight: np.ndarray,
    fold: np.ndarray,
    inside: np.ndarray,
    penalty: float,
) -> np.ndarray:
    """Residuals (R,) fit for calibration; fold (R,) of the readings, inside (R,) residuals."""
    outside = np.empty(len(level))
    for number in np.unique(fold):
        out = fold == number
        share = weight[~out].sum() / weight.sum()
        coefficients = fit_centre(columns[~out], level[~out], weight[~out], penalty * share)
        rest = level[out] - columns[out] @ coefficients
        outside[out] = rest - 0.5 * np.average(rest, weights=weight[out])
    return 0.4 * outside + 0.6 * inside
