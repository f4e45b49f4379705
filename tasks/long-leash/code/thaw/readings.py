"""How likely readings are, and how much those of a surface count."""
import numpy as np

STRAY = 0.02
LARGEST = 100.0


def reading_log_likelihood(
    size: np.ndarray, spread: np.ndarray, reading: np.ndarray, limit: float
) -> np.ndarray:
    """Log probability (n, R) of reading (R,), given median sizes (n, R) and spreads (n,)."""
    scale = spread[:, None] * (5.0 + size) ** 0.6
    mode = size + scale * np.log(np.log(2.0))

    def below(edge: np.ndarray) -> np.ndarray:
        return np.exp(-np.exp(np.minimum((mode - edge) / scale, 600.0)))

    seen = below(reading + 0.5) - below(reading - 0.5)
    chance = np.where(reading > 0.0, seen, below(np.full_like(reading, limit - 0.5)))
    return np.log((1.0 - STRAY) * chance + STRAY / LARGEST)


def surface_weights(surface: np.ndarray) -> np.ndarray:
    """How much each reading (R,) counts, from the surfaces (R,) that they are from."""
    number = np.bincount(surface)
    return number[surface] ** -0.25
