"""The reporting delay, cell by cell."""
import math

import numpy as np


def reverse_hazards(dated, half_life, pooling):
    days, lags, ages = dated.shape
    table = np.empty((lags - 1, ages))
    for d in range(1, lags):
        hits, risk = [0.0] * ages, [0.0] * ages
        for t in range(days - d):
            w = math.exp(-math.log(2.0) * (days - 1 - d - t) / half_life)
            for a in range(ages):
                hits[a] += w * dated[t, d, a]
                risk[a] += w * dated[t, : d + 1, a].sum()
        common = (sum(hits) + 4) / (sum(risk) + 12)
        for a in range(ages):
            table[d - 1, a] = (hits[a] + pooling * common) / (risk[a] + pooling)
    return table


def delay_law(hazard):
    top, ages = hazard.shape
    y = [None, *np.log(-np.log(1.0 - hazard))]
    law = np.empty((top + 1, ages))
    rest = np.ones(ages)
    for d in range(top, 0, -1):
        mix = 0.35 * y[max(d - 1, 1)] + 0.5 * y[d] + 0.15 * y[min(d + 1, top)]
        g = 1.0 - np.exp(-np.exp(mix))
        law[d] = g * rest
        rest = rest * (1.0 - g)
    law[0] = rest
    return law
