"""Beliefs node by node."""
import math

import numpy as np


def soften(light, prior, temperature):
    out = []
    for row in light:
        logs = [f / temperature + math.log(p) / 3 for f, p in zip(row, prior)]
        top = max(logs)
        chances = [math.exp(value - top) for value in logs]
        out.append([chance / sum(chances) for chance in chances])
    return np.array(out)


def fit_temperature(light, label, prior):
    def loss(j):
        belief = soften(light, prior, math.sqrt(2.0**j))
        return -sum(math.log(row[c]) for row, c in zip(belief, label)) / len(label)

    losses = {j: loss(j) for j in range(-16, 5)}
    best = min(losses, key=lambda j: (losses[j], j))
    if best in (-16, 4):
        return math.sqrt(2.0**best)
    a, b, c = np.polyfit([-1.0, 0.0, 1.0], [losses[best + s] for s in (-1, 0, 1)], 2)
    return 2 ** ((best - b / (2 * a)) / 2)


def brightness(light):
    roots = [math.sqrt(math.hypot(*row)) for row in light]
    return (sum(roots) / len(roots)) ** 2


def balance(belief, prior):
    nodes, classes = belief.shape

    def means(table):
        return [sum(row[c] for row in table) / nodes for c in range(classes)]

    goal = [math.sqrt(p * m) for p, m in zip(prior, means(belief))]
    goal = [value / sum(goal) for value in goal]
    table = [list(row) for row in belief]
    for _ in range(4):
        factor = [math.sqrt(g / m) for g, m in zip(goal, means(table))]
        for i, row in enumerate(table):
            lifted = [q * f for q, f in zip(row, factor)]
            table[i] = [value / sum(lifted) for value in lifted]
    return np.array(table)
