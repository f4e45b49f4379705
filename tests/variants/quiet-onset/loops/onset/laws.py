"""Laws of whole-day lags, by cumulative masses."""
import numpy as np
from math import exp, gamma


def day_law(mean, shape, length, first):
    lam = mean / gamma(1 + 1 / shape)

    def cdf(x):
        return 0.0 if x <= 0 else 1.0 - exp(-((x / lam) ** shape))

    mass = [
        0.3 * (cdf(s + 0.75) - cdf(s - 0.25)) + 0.7 * (cdf(s + 0.1) - cdf(s - 0.9))
        for s in range(length + 1)
    ]
    total = sum(mass)
    law = [0.0] * first + [sum(mass[: first + 1])] + mass[first + 1 :]
    return np.array(law) / total
