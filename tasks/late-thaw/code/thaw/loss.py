"""What training lowers."""
import autograd.numpy as np


def day_weights(height: np.ndarray) -> np.ndarray:
    """Weights (n,) of days in order of time, from the heights (n,) to foretell."""
    count = len(height)
    below = np.sum(height[:, None] > height, axis=1) / count
    recent = 2.0 ** (np.arange(count) / count)
    weight = (0.5 + below**2) * recent
    return weight / np.mean(weight)


def lopsided(
    height: np.ndarray, centre: np.ndarray, spread: np.ndarray, weight: np.ndarray
) -> float:
    """Loss, a number, of forecasts when height (n,) came; all (n,)."""
    error = (height - centre) / spread
    side = np.where(error > 0.0, 1.5, 0.75)
    each = np.log(spread) + side * (np.sqrt(1.0 + 2.0 * error**2) - 1.0)
    return np.mean(weight * each)


def anchor(net: list[list[np.ndarray]], home: list[list[np.ndarray]]) -> float:
    """Penalty, a number, on how far a network is from its home."""
    total = 0.0
    for depth, ((matrix, _), (origin, _)) in enumerate(zip(net, home)):
        moved = np.sum((matrix - origin) ** 2) / np.sum(origin**2)
        total = total + 0.7**depth * np.sqrt(0.04 + moved)
    return total
