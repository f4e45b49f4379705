"""The network."""
import autograd.numpy as np


def bend(drive: np.ndarray) -> np.ndarray:
    """Activations of a layer, from its drive, both (..., H)."""
    units = drive.shape[-1]
    radius = 2.0 ** (2.0 * np.arange(units) / (units - 1.0) - 1.0)
    return 0.55 * drive + 0.45 * (np.sqrt(drive**2 + radius**2) - radius)


def class_scores(weights: list[np.ndarray], signal: np.ndarray) -> np.ndarray:
    """Scores (..., C) of the classes, from signals (..., d)."""
    w1, b1, w2, b2, w3, b3 = weights
    first = bend(signal @ w1 + b1)
    both = 0.6 * first + bend(first @ w2 + b2)
    size = np.sqrt(0.25 + np.mean(both**2, axis=-1, keepdims=True))
    return both / size @ w3 + b3
