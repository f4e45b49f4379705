"""The interval, replicate by replicate."""
import math

import numpy as np

from .draws import whole_numbers


def household_interval(statistic, n_households, rng, replicates, level):
    size = n_households // 4
    picks = whole_numbers(rng, n_households, (replicates, size)).tolist()
    centre = math.log(statistic(np.ones(n_households)))
    shifts = []
    for drawn in picks:
        omega = np.empty(n_households)
        for c in range(n_households):
            omega[c] = 1 + (n_households * drawn.count(c) - size) / (n_households - 1)
        shifts.append(math.log(statistic(omega)) - centre)
    shifts.sort()
    a = math.ceil((1 - level) / 2 * replicates)
    lowest = sum(shifts[:a]) / a
    highest = sum(shifts[len(shifts) - a :]) / a
    return math.exp(centre - 2 * highest), math.exp(centre - 2 * lowest)
