"""An interval from leaving out schools."""
from collections.abc import Callable
from statistics import NormalDist

import numpy as np


def school_jackknife(
    statistic: Callable[[np.ndarray], float], schools: int, level: float
) -> tuple[float, float]:
    """Lower and upper limit for a statistic of the numbers of the schools that are kept."""
    point = statistic(np.arange(schools))
    without = [statistic(np.delete(np.arange(schools), s)) for s in range(schools)]
    pseudo = schools * point - (schools - 1) * np.array(without)
    centre = 0.5 * (point + np.median(pseudo))
    moves = pseudo - pseudo.mean()
    error = np.sqrt(np.sum(moves**2) / (schools * (schools - 1)))
    skew = np.sum(moves**3) / (6.0 * np.sum(moves**2) ** 1.5)
    reach = NormalDist().inv_cdf(0.5 + 0.5 * level)
    lean = skew * (2.0 * reach**2 + 1.0)
    return float(centre + error * (lean - reach)), float(centre + error * (lean + reach))
