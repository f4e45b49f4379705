"""What arms are worth, from what has arrived."""
import numpy as np


def ripe_weights(faded, trust, arm, age, chance):
    longest = chance.shape[1] - 1
    return np.array(
        [
            w * f * chance[k, g if g < longest else longest] ** -0.5
            for w, f, k, g in zip(faded, trust, arm, age)
        ]
    )


def levels(arm, value, weight, arms, prior):
    if not len(arm):
        return np.repeat(0.5, arms)
    everyone = np.average(value, weights=weight)
    out = np.empty(arms)
    for k in range(arms):
        own = arm == k
        out[k] = np.dot(weight[own], value[own] - everyone) / (weight[own].sum() + prior)
    return out + everyone


def spreads(arm, value, weight, level, prior):
    above, below = np.zeros(len(level)), np.zeros(len(level))
    for k, x, w in zip(arm, value, weight):
        above[k] += w * (x - level[k]) ** 2
        below[k] += w
    everyone = (0.05 + sum(above)) / (1.0 + sum(below))
    return ((above + prior * everyone) / (below + prior)) ** 0.5


def counts(arm, weight, open_arm, open_weight, arms):
    out = []
    for k in range(arms):
        own = weight[arm == k]
        known = np.sum(own) ** 2 / np.sum(own * own) if len(own) else 0.0
        out.append(known + np.sum(open_weight[open_arm == k]) / 2.0)
    return np.array(out)


def weekday_shift(day, rest, weight):
    shift = [
        np.dot(weight[day == j], rest[day == j]) / (4.0 + weight[day == j].sum())
        for j in range(7)
    ]
    return np.array(shift) - sum(shift) / 7.0
