"""How late arms answer."""
import math

import numpy as np


def tally(arm, age, late, arms, longest):
    arrived = np.zeros((arms, longest + 1))
    waited = np.zeros((arms, longest + 1))
    for k, g, d in zip(arm, age, late):
        if d:
            arrived[k, d] += 1
        waited[k, : (d or g) + 1] += 1
    return arrived, waited


def arrival_chance(arrived, waited, strength):
    arms, columns = arrived.shape
    chance = np.zeros((arms, columns))
    for k in range(arms):
        left = 0.0
        for a in range(1, columns):
            pooled = (0.5 + sum(arrived[:, a])) / (2.0 + sum(waited[:, a]))
            hazard = (strength * pooled + arrived[k, a]) / (strength + waited[k, a])
            left += math.log1p(-hazard)
            chance[k, a] = -math.expm1(left)
    return chance
