"""How likely readings are, and how much those of a surface count."""
from math import log

import numpy as np

STRAY = 0.02
LARGEST = 100.0


def reading_log_likelihood(
    size: np.ndarray, spread: np.ndarray, reading: np.ndarray, limit: float
) -> np.ndarray:
    def smaller(x: float, m: np.ndarray) -> np.ndarray:
        # Written with powers of one half: at the median it is one half.
        b = spread * np.exp(0.6 * np.log(5 + m))
        return 0.5 ** np.exp(np.clip((m - x) / b, -700.0, 700.0))

    out = np.empty_like(size)
    for r, y in enumerate(reading):
        m = size[:, r]
        if y == 0:
            chance = smaller(limit - 0.5, m)
        else:
            chance = smaller(y + 0.5, m) - smaller(y - 0.5, m)
        out[:, r] = np.log(0.98 * chance + 0.02 / 100)
    return out


def surface_weights(surface: np.ndarray) -> np.ndarray:
    seen = surface.tolist()
    return np.array([np.exp(-log(seen.count(s)) / 4) for s in seen])
