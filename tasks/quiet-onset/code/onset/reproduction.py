"""The reproduction number over time."""
import numpy as np


def pooled_log_ratio(
    infections: np.ndarray, pressure: np.ndarray, found: np.ndarray, burn_in: int
) -> tuple[np.ndarray, np.ndarray]:
    """Raw log reproduction number (T,) and the weights (T,) of the days.

    infections and pressure (T, A), found (A,) shares; burn_in days do not count.
    """
    ratio = np.log((infections @ found + 1.0) / (pressure @ found + 1.0))
    weight = np.sqrt(pressure @ found)
    weight[:burn_in] = 0.0
    return ratio, weight / weight[burn_in:].mean()


def stiff_smooth(
    ratio: np.ndarray, weight: np.ndarray, measures: np.ndarray, stiffness: float, give: float
) -> np.ndarray:
    """Smooth log reproduction number (T,) from a raw one; weight (T,), measures (T, M)."""
    n_days = ratio.size
    change = np.abs(np.diff(measures, axis=0)).sum(axis=1)
    hinge = 1.0 / (1.0 + give * (change[:-1] + change[1:]))
    bend = np.diff(np.eye(n_days), n=2, axis=0)
    normal = np.diag(weight) + stiffness * bend.T @ (hinge[:, None] * bend)
    return np.linalg.solve(normal, weight * ratio)


def cohort_log_r(log_r: np.ndarray, law: np.ndarray) -> np.ndarray:
    """Log (T,) of the infections that a person infected on a day will cause; law (S + 1,)."""
    n_days = log_r.size
    fade = 0.9 ** np.arange(1, law.size)
    course = np.exp(np.concatenate([log_r, log_r[-1] * fade]))
    ahead = np.arange(n_days)[:, None] + np.arange(law.size)[None, :]
    return np.log(course[ahead] @ law)
