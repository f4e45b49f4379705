"""An interval from leaving out schools."""
import math
from collections.abc import Callable
from statistics import NormalDist, median

import numpy as np


def school_jackknife(
    statistic: Callable[[np.ndarray], float], schools: int, level: float
) -> tuple[float, float]:
    everyone = list(range(schools))
    point = statistic(np.array(everyone))
    pseudo = []
    for s in everyone:
        rest = statistic(np.array(everyone[:s] + everyone[s + 1 :]))
        pseudo.append(rest + schools * (point - rest))
    middle = sum(pseudo) / schools
    second = sum((v - middle) ** 2 for v in pseudo)
    third = sum((v - middle) ** 3 for v in pseudo)
    error = math.sqrt(second / schools / (schools - 1))
    z = -NormalDist().inv_cdf((1 - level) / 2)
    centre = (point + median(pseudo)) / 2 + error * third / 6 / second**1.5 * (1 + 2 * z * z)
    return centre - z * error, centre + z * error
