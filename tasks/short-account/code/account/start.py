"""Where training starts."""
import numpy as np

from .layers import bend


def starting_weights(
    draws: list[np.ndarray], signal: np.ndarray, label: np.ndarray
) -> list[np.ndarray]:
    """The network's arrays at the start, from normal draws, signals (n, d) and label (n,)."""
    units, classes = draws[2].shape
    w1 = draws[0].copy()
    w1[1:] += 0.5 * draws[0][:-1]
    w1[:-1] += 0.5 * draws[0][1:]
    w1 = 1.2 * w1 / (signal @ w1).std(axis=0)
    b1 = 1.6 * np.arange(1, units + 1) / (units + 1.0) - 0.8 - (signal @ w1).mean(axis=0)

    first = bend(signal @ w1 + b1)
    w2 = draws[1] - draws[1].mean(axis=0)
    w2 = 0.9 * w2 / (first @ w2).std(axis=0)
    b2 = -np.median(first @ w2, axis=0)

    w3 = 0.5 * (draws[2] - draws[2].mean(axis=0)) / np.sqrt(units)
    share = np.log(np.bincount(label, minlength=classes))
    return [w1, b1, w2, b2, w3, 0.5 * (share - share.mean())]
