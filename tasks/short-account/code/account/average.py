"""One network from those along the way."""
import math

import numpy as np


def blend(trace: list[list[np.ndarray]]) -> list[np.ndarray]:
    """The network's arrays, from those after each step."""
    tail = trace[-math.ceil(len(trace) / 3) :]
    importance = np.arange(1, len(tail) + 1) ** 1.5
    importance = importance / importance.sum()
    blended = []
    for stack in zip(*tail):
        mean = np.tensordot(importance, np.stack(stack), axes=1)
        if mean.ndim == 2:
            unrest = np.sqrt(np.tensordot(importance, (np.stack(stack) - mean) ** 2, axes=1))
            mean = mean * np.abs(mean) / (np.abs(mean) + 2.0 * unrest)
        blended.append(mean)
    return blended
