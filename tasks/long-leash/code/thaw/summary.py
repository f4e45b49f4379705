"""What particles say."""
import numpy as np

from .curves import grown_size
from .readings import reading_log_likelihood, surface_weights


def weighted_quantile(value: np.ndarray, weight: np.ndarray, level: float) -> float:
    """Quantile of value (n,) with weight (n,) at a level within (0, 1)."""
    order = np.argsort(value, kind="stable")
    value, weight = value[order], weight[order]
    middle = (np.cumsum(weight) - 0.5 * weight) / weight.sum()
    return float(np.interp(level, middle, value))


def leave_surface_out(term: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Log predictive value (S,) of each surface from the others.

    term (n, S): weighted log likelihood of the surfaces; weight (n,): of the particles.
    """
    lift = np.exp(term.min(axis=0) - term)
    lift = np.minimum(lift, 5.0 * (weight @ lift))
    return np.log(weight @ (lift * np.exp(term))) - np.log(weight @ lift)


def age_chances(
    form: str,
    theta: np.ndarray,
    weight: np.ndarray,
    reading: np.ndarray,
    limit: float,
    ages: np.ndarray,
) -> np.ndarray:
    """Chance (G,) of each of the ages (G,) of an undated surface with readings (R,).

    theta (n, d), weight (n,): of the particles of one form.
    """
    size = grown_size(form, theta, ages)
    spread = np.exp(theta[:, 2])
    each = surface_weights(np.zeros(len(reading), dtype=np.intp))[0]
    log_like = np.zeros(size.shape)
    for one in reading:
        log_like += each * reading_log_likelihood(size, spread, np.full(len(ages), one), limit)
    chance = weight @ np.exp(log_like - log_like.max()) / np.sqrt(ages)
    return chance / chance.sum()
