"""Orders one by one, persons counted off."""
import math

import numpy as np


def epsilon_of(rho, delta):
    best = math.inf
    for j in range(-8, 13):
        alpha = 1 + math.sqrt(2.0**j)
        found = rho * alpha + math.log((alpha - 1) / alpha)
        found -= (math.log(delta) + math.log(alpha)) / (alpha - 1)
        best = min(best, found)
    return best


def typical_budget(distance, persons, level):
    order = sorted(range(len(distance)), key=lambda h: distance[h])
    before, last = 0.0, None
    for h in order:
        place = (before + persons[h] / 2) / persons.sum()
        used = distance[h] ** 2 / 2
        if place >= level:
            if last is None:
                return float(used)
            return float(last[1] + (used - last[1]) * (level - last[0]) / (place - last[0]))
        before += persons[h]
        last = (place, used)
    return float(last[1])
