"""What particles say."""
import numpy as np

from .curves import grown_size
from .readings import reading_log_likelihood


def weighted_quantile(value: np.ndarray, weight: np.ndarray, level: float) -> float:
    order = np.lexsort((np.arange(len(value)), value))
    value, weight = value[order], weight[order] / np.sum(weight)
    middle = np.convolve(np.cumsum(weight), [0.5, 0.5])[: len(weight)]
    right = int(np.count_nonzero(middle < level))
    if right == 0 or right == len(value):
        return float(value[min(right, len(value) - 1)])
    part = (level - middle[right - 1]) / (middle[right] - middle[right - 1])
    return float((1.0 - part) * value[right - 1] + part * value[right])


def leave_surface_out(term: np.ndarray, weight: np.ndarray) -> np.ndarray:
    lift = np.exp(-term)
    cap = 5.0 * np.einsum("n,ns->s", weight, lift)
    mass = weight[:, None] * np.where(lift > cap, cap, lift)
    return np.log((mass * np.exp(term)).sum(axis=0) / mass.sum(axis=0))


def age_chances(
    form: str,
    theta: np.ndarray,
    weight: np.ndarray,
    reading: np.ndarray,
    limit: float,
    ages: np.ndarray,
) -> np.ndarray:
    n, count = len(theta), len(reading)
    size = np.repeat(grown_size(form, theta, ages).reshape(-1, 1), count, axis=1)
    spread = np.repeat(np.exp(theta[:, 2]), len(ages))
    term = reading_log_likelihood(size, spread, reading, limit).sum(axis=1) * count**-0.25
    term = term.reshape(n, len(ages))
    chance = (weight @ np.exp(term - term.max())) * ages**-0.5
    return chance / np.sum(chance)
