"""Choosing particles and moving them."""
import numpy as np

from .path import perplexity


def half_resample(
    weight: np.ndarray, key: np.ndarray, offset: float
) -> tuple[np.ndarray, np.ndarray]:
    """Parents (n,) by ascending key, and the weights (n,) that are left to their children.

    weight, key (n,): of the particles; offset: within [0, 1).
    """
    order = np.argsort(key, kind="stable")
    half = np.sqrt(weight[order])
    reach = np.cumsum(half)
    place = (np.arange(len(weight)) + offset) / len(weight)
    picked = np.searchsorted(reach / reach[-1], place, side="right")
    return order[picked], half[picked] / half[picked].sum()


def move_frame(theta: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean (d,) and lower triangular factor (d, d) that proposals rest on."""
    mean = weight @ theta
    away = theta - mean
    scatter = away.T @ (weight[:, None] * away)
    d = len(mean)
    lean = d / (d + perplexity(weight))
    scatter = (1.0 - lean) * scatter + lean * np.diag(np.diag(scatter))
    return mean, np.linalg.cholesky(scatter)


def propose(
    theta: np.ndarray, mean: np.ndarray, factor: np.ndarray, angle: float, noise: np.ndarray
) -> np.ndarray:
    """Proposals (n, d) for theta (n, d), from standard normal noise (n, d)."""
    turn = np.where(np.arange(len(theta)) % 4 == 3, np.pi - angle, angle)[:, None]
    return mean + np.cos(turn) * (theta - mean) + np.sin(turn) * (noise @ factor.T)


def acceptance(
    theta: np.ndarray,
    proposed: np.ndarray,
    rise: np.ndarray,
    mean: np.ndarray,
    factor: np.ndarray,
) -> np.ndarray:
    """Chance (n,) that proposals are taken; rise (n,) of the path's log density."""
    now = np.linalg.solve(factor, (theta - mean).T)
    then = np.linalg.solve(factor, (proposed - mean).T)
    log_ratio = rise + 0.5 * ((then**2).sum(axis=0) - (now**2).sum(axis=0))
    return 1.0 / np.sqrt(1.0 + np.exp(-2.0 * np.clip(log_ratio, -300.0, 300.0)))


def retune(angle: float, chance: np.ndarray, weight: np.ndarray, sweep: int) -> float:
    """The angle for the next sweep; sweep counts from 1 within a stage."""
    off = weight @ chance - 0.5
    gain = 1.5 if off < 0.0 else 1.0
    return min(float(angle * np.exp(gain * off / np.sqrt(sweep))), 0.5 * np.pi)
