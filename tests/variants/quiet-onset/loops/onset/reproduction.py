"""The reproduction number, by loops."""
import math

import numpy as np


def pooled_log_ratio(infections, pressure, found, burn_in):
    days = len(infections)
    above = [1.0 + sum(found * infections[t]) for t in range(days)]
    below = [sum(found * pressure[t]) for t in range(days)]
    ratio = np.array([math.log(x) - math.log(y + 1.0) for x, y in zip(above, below)])
    weight = np.array([0.0 if t < burn_in else below[t] ** 0.5 for t in range(days)])
    return ratio, weight * (days - burn_in) / weight.sum()


def stiff_smooth(ratio, weight, measures, stiffness, give):
    days = len(ratio)
    rows = np.zeros((2 * days - 2, days))
    rhs = np.zeros(2 * days - 2)
    for t in range(days):
        rows[t, t] = weight[t] ** 0.5
        rhs[t] = weight[t] ** 0.5 * ratio[t]
    for t in range(1, days - 1):
        into = np.abs(measures[t] - measures[t - 1]).sum()
        out = np.abs(measures[t + 1] - measures[t]).sum()
        price = math.sqrt(stiffness / (1 + give * (into + out)))
        rows[days + t - 1, t - 1 : t + 2] = price * np.array([1.0, -2.0, 1.0])
    return np.linalg.lstsq(rows, rhs, rcond=None)[0]


def cohort_log_r(log_r, law):
    days = len(log_r)

    def level(t):
        if t < days:
            return log_r[t]
        return log_r[days - 1] * 0.9 ** (t - days + 1)

    return np.array(
        [math.log(sum(law[s] * math.exp(level(t + s)) for s in range(len(law)))) for t in range(days)]
    )
