"""Light goes from node to node."""
import numpy as np

from .degree import borrow_light


def dim_light(light: np.ndarray) -> np.ndarray:
    """Light (n, K), less of it where there is much."""
    size = np.abs(light).sum(axis=1, keepdims=True)
    return light / np.sqrt(np.maximum(size, 1.0))


def spread_light(
    lending: np.ndarray,
    strength: np.ndarray,
    part: np.ndarray,
    contrast: np.ndarray,
    source: np.ndarray,
    haze: float,
    steps: int,
) -> np.ndarray:
    """Light (n, K) after a number of steps.

    lending (n, n); strength, part (n,); contrast (K, K); source (n, K).
    """
    light = source
    for _ in range(steps):
        arrived = borrow_light(lending, strength, light, haze) @ contrast
        light = dim_light(part[:, None] * arrived + (1.0 - part[:, None]) * source)
    return light
