"""The centre of the intervals, and the residuals that calibrate them."""
import numpy as np


def fit_centre(
    columns: np.ndarray, level: np.ndarray, weight: np.ndarray, penalty: float
) -> np.ndarray:
    p = columns.shape[1]
    divisor = np.ones(len(level))
    for _ in range(3):
        root = np.sqrt(weight / divisor)
        scaled = columns * root[:, None]
        ridge = penalty * np.sum(scaled**2) / p
        extra = np.diag(np.sqrt(ridge) * np.arange(p) ** 0.25)
        stacked = np.vstack([scaled, extra])
        target = np.concatenate([root * level, np.zeros(p)])
        q, r = np.linalg.qr(stacked)
        beta = np.linalg.solve(r, q.T @ target)
        size = np.abs(columns @ beta - level)
        divisor = 1.0 + size / np.quantile(size, 0.5)
    return beta


def gauge_offsets(
    residual: np.ndarray, weight: np.ndarray, gauge: np.ndarray, basin: np.ndarray, pooling: float
) -> np.ndarray:
    gauges = len(basin)
    size, own = np.zeros(gauges), np.zeros(gauges)
    for s in range(gauges):
        w, r = weight[gauge == s], residual[gauge == s]
        size[s] = w.sum() ** 2 / (w @ w)
        own[s] = (w @ r) / w.sum()
    offset = np.zeros(gauges)
    for s in range(gauges):
        kin = basin == basin[s]
        home = np.average(own[kin], weights=size[kin] ** 0.5)
        keep = 1.0 / (1.0 + pooling / size[s])
        offset[s] = keep * own[s] + (0.5 - keep) * home
    return offset


def blended_residuals(
    columns: np.ndarray,
    level: np.ndarray,
    weight: np.ndarray,
    fold: np.ndarray,
    inside: np.ndarray,
    penalty: float,
) -> np.ndarray:
    blended = 0.6 * inside
    for number in range(int(fold.max()) + 1):
        inner, outer = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        if len(inner) == 0:
            continue
        held = 1.0 - weight[inner].sum() / weight.sum()
        beta = fit_centre(columns[outer], level[outer], weight[outer], penalty * held)
        error = level[inner] - columns[inner] @ beta
        mean = (weight[inner] @ error) / weight[inner].sum()
        blended[inner] += 0.4 * (error - mean / 2)
    return blended
