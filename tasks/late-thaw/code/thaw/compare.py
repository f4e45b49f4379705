"""How two networks differ."""
from collections.abc import Callable

import numpy as np


def kinship(mine: np.ndarray, theirs: np.ndarray) -> float:
    """How alike states (n, H) and (n, G) of the same days are."""
    centred = []
    for state in (mine, theirs):
        apart = np.sqrt(np.sum((state[:, None, :] - state) ** 2, axis=2)) ** 0.5
        rows = apart.mean(axis=1)
        centred.append(apart - rows[:, None] - rows + apart.mean())
    first, second = centred
    return float(np.sum(first * second) / np.sqrt(np.sum(first**2) * np.sum(second**2)))


def ridge(
    start: list[list[np.ndarray]],
    end: list[list[np.ndarray]],
    loss: Callable[[list[list[np.ndarray]]], float],
) -> float:
    """How far the loss rises over the straight way from one network to another."""
    share = np.linspace(0.0, 1.0, 9)
    height = []
    for s in share:
        mixed = [[(1 - s) * a + s * b for a, b in zip(x, y)] for x, y in zip(start, end)]
        height.append(loss(mixed))
    above = np.array(height) - (1.0 - share) * height[0] - share * height[-1]
    return float(np.log(np.mean(np.exp(10.0 * above[1:-1]))) / 10.0)
