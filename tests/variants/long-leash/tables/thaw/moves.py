"""Choosing particles and moving them."""
import numpy as np

from .path import perplexity


def half_resample(
    weight: np.ndarray, key: np.ndarray, offset: float
) -> tuple[np.ndarray, np.ndarray]:
    n = len(weight)
    order = np.lexsort((np.arange(n), key))
    half = weight[order] ** 0.5
    ends = n * np.cumsum(half) / half.sum() - offset
    # How many places lie before each end.
    before = np.clip(np.ceil(ends).astype(np.intp), 0, n)
    before[-1] = n
    parent = np.repeat(order, np.diff(before, prepend=0))
    left = weight[parent] ** 0.5
    return parent, left / left.sum()


def move_frame(theta: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    mean = np.average(theta, axis=0, weights=weight)
    scatter = np.cov(theta.T, aweights=weight, ddof=0)
    d, worth = len(mean), perplexity(weight)
    shrink = (worth + d * np.eye(d)) / (d + worth)
    return mean, np.linalg.cholesky(scatter * shrink)


def propose(
    theta: np.ndarray, mean: np.ndarray, factor: np.ndarray, angle: float, noise: np.ndarray
) -> np.ndarray:
    sign = np.ones((len(theta), 1))
    sign[3::4] = -1.0
    away = sign * np.cos(angle) * (theta - mean)
    return mean + away + np.sin(angle) * np.einsum("jk,nk->nj", factor, noise)


def acceptance(
    theta: np.ndarray,
    proposed: np.ndarray,
    rise: np.ndarray,
    mean: np.ndarray,
    factor: np.ndarray,
) -> np.ndarray:
    undo = np.linalg.inv(factor)
    reach = [np.sum(((points - mean) @ undo.T) ** 2, axis=1) for points in (theta, proposed)]
    log_ratio = np.clip(rise + (reach[1] - reach[0]) / 2.0, -300.0, 300.0)
    # r / sqrt(1 + r^2) is the sine of the angle with the tangent r.
    return np.sin(np.arctan(np.exp(log_ratio)))


def retune(angle: float, chance: np.ndarray, weight: np.ndarray, sweep: int) -> float:
    off = np.average(chance, weights=weight) - 0.5
    # Of the two the lower one, on either side of zero.
    log_angle = np.log(angle) + min(off, 1.5 * off) / np.sqrt(sweep)
    return float(np.exp(min(log_angle, np.log(np.pi / 2.0))))
