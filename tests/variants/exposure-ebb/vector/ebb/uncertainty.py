"""The interval, with all multiplicities as one array."""
import numpy as np

from .draws import whole_numbers


def household_interval(statistic, n_households, rng, replicates, level):
    size = n_households // 4
    picks = whole_numbers(rng, n_households, (replicates, size))
    tally = (picks[:, :, None] == np.arange(n_households)).sum(1)
    omega = 1 + (n_households * tally - size) / (n_households - 1)
    point = statistic(np.ones(n_households))
    ratio = np.array([statistic(row) for row in omega]) / point
    a = int(np.ceil(replicates * (1 - level) / 2))
    low = np.log(np.partition(ratio, a - 1)[:a]).mean()
    high = np.log(np.partition(ratio, -a)[-a:]).mean()
    return float(point * np.exp(-2 * high)), float(point * np.exp(-2 * low))
