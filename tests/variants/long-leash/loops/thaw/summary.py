"""What particles say."""
import numpy as np

from .curves import grown_size
from .readings import reading_log_likelihood


def weighted_quantile(value: np.ndarray, weight: np.ndarray, level: float) -> float:
    pairs = sorted(zip(value.tolist(), weight.tolist()), key=lambda pair: pair[0])
    total, before = sum(w for _, w in pairs), 0.0
    last = None
    for x, w in pairs:
        at = (before + w / 2) / total
        if at >= level:
            if last is None:
                return x
            return last[1] + (x - last[1]) * (level - last[0]) / (at - last[0])
        last, before = (at, x), before + w
    return last[1]


def leave_surface_out(term: np.ndarray, weight: np.ndarray) -> np.ndarray:
    out = []
    for one in term.T:
        shift = one.mean()
        lift = np.exp(shift - one)
        cap = 5 * (weight * lift).sum()
        lift[lift > cap] = cap
        out.append(shift + np.log((weight * lift * np.exp(one - shift)).sum() / (weight @ lift)))
    return np.array(out)


def age_chances(
    form: str,
    theta: np.ndarray,
    weight: np.ndarray,
    reading: np.ndarray,
    limit: float,
    ages: np.ndarray,
) -> np.ndarray:
    spread, n = np.exp(theta[:, 2]), len(reading)
    size = grown_size(form, theta, ages)
    logs = []
    for g, age in enumerate(ages):
        here = np.repeat(size[:, g : g + 1], n, axis=1)
        term = reading_log_likelihood(here, spread, reading, limit).sum(axis=1) / n**0.25
        logs.append(np.logaddexp.reduce(np.log(weight) + term) - np.log(age) / 2)
    return np.exp(np.array(logs) - np.logaddexp.reduce(logs))
