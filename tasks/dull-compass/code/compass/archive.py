"""What is thought of points, from those that were fired before."""
import numpy as np


def nearness(
    point: np.ndarray, old: np.ndarray, age: np.ndarray, reach: np.ndarray
) -> np.ndarray:
    """Weights (n, N) of old points (N, d) of some age (N,) for points (n, d)."""
    apart = (point[:, None, :] - old) @ np.linalg.inv(reach)
    square = np.mean(apart**2, axis=2)
    return 0.93**age / (1.0 + square) ** 2


def foretell(weight: np.ndarray, merit: np.ndarray) -> np.ndarray:
    """Expected merits (n,), from weights (n, N) and merits (N,) of old points."""
    usual = np.median(merit)
    return (weight @ merit + 0.2 * usual) / (weight.sum(axis=1) + 0.2)


def screen(expected: np.ndarray) -> np.ndarray:
    """Which of the candidates are fired, ascending, from their expected merits (2 h,)."""
    first, second = np.split(expected, 2)
    pairs = np.arange(len(first))
    chosen = np.where(second < first, pairs + len(pairs), pairs)
    doubtful = int(np.argmin(np.abs(first - second)))
    return np.sort(np.append(chosen, 2 * doubtful + len(pairs) - chosen[doubtful]))
