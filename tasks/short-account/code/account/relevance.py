"""Relevance maps."""
import math
from collections.abc import Callable

import autograd.numpy as np
from autograd import grad

Cost = Callable[[np.ndarray], np.ndarray]


def relevance_map(
    distort: Cost, spend: Cost, shape: tuple[int, int], price: float, steps: int, pace: float
) -> np.ndarray:
    """Relevance (m, d) of the channels.

    distort and spend give the distortion and the bits (m,) of masks (m, d); shape: (m, d).
    """

    def mask_of(lean: np.ndarray) -> np.ndarray:
        return 0.02 + 0.96 / (1.0 + np.exp(-lean))

    def cost(lean: np.ndarray, paid: float) -> float:
        mask = mask_of(lean)
        return np.sum(distort(mask) + paid * spend(mask))

    lean, masks = np.zeros(shape), []
    for k in range(steps):
        slope = grad(cost)(lean, price * (k + 1.0) / steps)
        size = np.mean(np.abs(slope), axis=1, keepdims=True)
        lean = lean - pace * slope / np.sqrt(size + 0.01)
        masks.append(mask_of(lean))
    return np.mean(masks[-math.ceil(steps / 4) :], axis=0)
