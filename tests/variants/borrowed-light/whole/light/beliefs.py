"""Beliefs by odds and ratios."""
import numpy as np


def soften(light, prior, temperature):
    gap = (light[:, None, :] - light[:, :, None]) / temperature
    return 1.0 / (np.exp(np.minimum(gap, 700.0)) * np.cbrt(prior / prior[:, None])).sum(axis=2)


def fit_temperature(light, label, prior):
    grid = 2.0 ** np.linspace(-8.0, 2.0, 21)
    hot = label[:, None] == np.arange(len(prior))
    loss = np.array([-np.log(soften(light, prior, t)[hot]).mean() for t in grid])
    best = loss.argmin()
    if best in (0, 20):
        return float(grid[best])
    slope = (loss[best + 1] - loss[best - 1]) / 2.0
    bend = np.diff(loss[best - 1 : best + 2], 2)[0]
    return float(grid[best] * np.sqrt(2.0) ** (-slope / bend))


def brightness(light):
    return float(np.power(np.square(light).sum(axis=1), 0.25).mean() ** 2)


def balance(belief, prior):
    goal = np.sqrt(prior * belief.mean(axis=0))
    goal = goal / goal.sum()
    column = np.ones(len(prior))
    now = belief
    for _ in range(4):
        column = column * np.sqrt(goal / now.mean(axis=0))
        now = belief * column / (belief @ column)[:, None]
    return now
