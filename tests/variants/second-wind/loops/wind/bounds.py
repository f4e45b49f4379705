"""What a hidden motive could do."""
import numpy as np


def extreme_mean(value: np.ndarray, mass: np.ndarray, reach: np.ndarray) -> float:
    mean, before = float(value.min()), None
    while mean != before:
        before = mean
        moved = np.where(value > mean, mass * reach, mass / reach)
        mean = max(before, float((moved @ value) / moved.sum()))
    return mean


def effect_bounds(
    expected: np.ndarray,
    mark: np.ndarray,
    taken: np.ndarray,
    mass: np.ndarray,
    weight: np.ndarray,
    chance: np.ndarray,
    strength: float,
) -> tuple[float, float]:
    on, off = taken == 1, taken == 0
    neutral = mass @ (expected[:, 1] - expected[:, 0]) / mass.sum()
    heavy = mass * weight
    gain, loss = (mark - expected[:, 1])[on], (mark - expected[:, 0])[off]
    free_on = np.exp(np.log(strength) * (1 - chance[on]) ** 0.5)
    free_off = np.exp(np.log(strength) * chance[off] ** 0.5)
    least = -extreme_mean(-gain, heavy[on], free_on) - extreme_mean(loss, heavy[off], free_off)
    most = extreme_mean(gain, heavy[on], free_on) + extreme_mean(-loss, heavy[off], free_off)
    return float(neutral + least), float(neutral + most)
