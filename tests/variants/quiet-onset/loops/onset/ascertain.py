"""Ascertainment by age, in plain numbers."""
import math

import numpy as np


def ascertainment(onsets, deaths, ifr, law, prior):
    days, ages = onsets.shape
    logs, weights, totals = [], [], []
    for a in range(ages):
        settled = sum(onsets[t, a] * law[: days - t].sum() for t in range(days))
        dead = float(deaths[:, a].sum())
        crude = ifr[a] * settled / (dead + 1.5)
        logs.append(math.log(crude / math.hypot(1.0, crude)))
        weights.append((6 + dead) ** 0.5)
        totals.append(dead)
    centre = sum(w * y for w, y in zip(weights, logs)) / sum(weights)
    return np.array(
        [math.exp((z * y + prior * centre) / (z + prior)) for z, y in zip(totals, logs)]
    )
