"""What a hidden motive could do."""
import numpy as np


def extreme_mean(value: np.ndarray, mass: np.ndarray, reach: np.ndarray) -> float:
    """Largest mean of value (m,) when masses (m,) may be off by factors up to reach (m,)."""
    order = np.argsort(-value)
    value, low, high = value[order], (mass / reach)[order], (mass * reach)[order]
    top = np.cumsum(high * value) + (low @ value - np.cumsum(low * value))
    bottom = np.cumsum(high) + (low.sum() - np.cumsum(low))
    return float(np.max(top / bottom))


def effect_bounds(
    expected: np.ndarray,
    mark: np.ndarray,
    taken: np.ndarray,
    mass: np.ndarray,
    weight: np.ndarray,
    chance: np.ndarray,
    strength: float,
) -> tuple[float, float]:
    """Least and largest effect under a hidden motive of the given strength.

    expected (n, 2): marks without and with the treatment; all others (n,).
    """
    effect = np.average(expected[:, 1] - expected[:, 0], weights=mass)
    limits = []
    for sign in (-1.0, 1.0):
        total = effect
        for arm, side in ((0, -1.0), (1, 1.0)):
            rows = taken == arm
            error = mark[rows] - expected[rows, arm]
            taken_chance = chance[rows] if arm else 1.0 - chance[rows]
            reach = strength ** np.sqrt(1.0 - taken_chance)
            toward = sign * side
            total += sign * extreme_mean(toward * error, (mass * weight)[rows], reach)
        limits.append(float(total))
    return limits[0], limits[1]
