"""Chances of the classes."""
import autograd.numpy as np

from .helpers import log_softmax
from .layers import class_scores


def sharpness(scores: np.ndarray, label: np.ndarray) -> float:
    """Factor of the scores, from scores (n, C) and label (n,) of readings to tune on."""
    right = scores[np.arange(len(label)), label].mean()
    low, high = -3.0, 3.0
    while high - low > 1e-13:
        middle = 0.5 * (low + high)
        chance = np.exp(log_softmax(np.exp(middle) * scores))
        expected = np.sum(chance * scores, axis=1).mean()
        slope = np.exp(middle) * (expected - right) + 0.2 * middle
        low, high = (low, middle) if slope > 0.0 else (middle, high)
    return float(np.exp(high))


def clouded_chance(
    weights: list[np.ndarray], sharp: float, shown: np.ndarray, kin: np.ndarray
) -> np.ndarray:
    """Chances (m, C) of the classes when each reading is shown in K ways.

    shown (m, K, d); kin (m, K).
    """
    root = np.exp(0.5 * log_softmax(sharp * class_scores(weights, shown)))
    mixed = np.einsum("mk,mkc->mc", kin, root) ** 2
    return mixed / np.sum(mixed, axis=1, keepdims=True)


def distortion(own: np.ndarray, clouded: np.ndarray) -> np.ndarray:
    """Distortion (m,) between the chances (m, C) of the whole and of the clouded readings."""
    rows, decided = np.arange(len(own)), np.argmax(own, axis=1)
    apart = 2.0 * np.log(np.sum(own**1.5 * clouded**-0.5, axis=1))
    lean = np.log(own / (1.0 - own)) - np.log(clouded / (1.0 - clouded))
    return apart + 0.05 * lean[rows, decided] ** 2
