"""How a search went."""
import numpy as np


def toll(hours: np.ndarray, value: np.ndarray) -> float:
    """What the advice of each generation has cost (G,), from hours and values (G,)."""
    when = np.cumsum(hours) / np.sum(hours)
    level = np.log(0.05 + value)
    return float(np.sum(np.diff(when) * 0.5 * (level[1:] + level[:-1])) / (1.0 - when[0]))


def crowding(settings: np.ndarray) -> float:
    """How close settings (N, d) are to each other."""
    apart = np.sqrt(np.sum((settings[:, None, :] - settings) ** 2, axis=2))
    near = np.sort(apart, axis=1)[:, 1:4].mean(axis=1)
    return float(np.median(near) / np.sqrt(np.mean(apart**2)))


def straightness(centre: np.ndarray) -> float:
    """How straight the way of the centre (G, d) is."""
    step = np.linalg.norm(np.diff(centre, axis=0), axis=1)
    gaps = np.linalg.norm(centre[4:] - centre[:-4], axis=1)
    walked = np.convolve(step, np.ones(4), mode="valid")
    return float(np.sqrt(np.mean((gaps / walked) ** 2)))
