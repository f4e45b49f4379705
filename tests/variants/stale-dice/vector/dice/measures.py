"""How a season went."""
import numpy as np


def strain(level, width, mean):
    tangent = np.arctan2(np.abs(level - mean), width)
    return float(np.sqrt(np.mean(np.sin(tangent) ** 2)))


def company(path, arms, window):
    whole = len(path) // window
    windows = np.reshape(path[: whole * window], (whole, window, 1))
    times = (windows == np.arange(arms)).sum(axis=1)
    return float(window**2 / np.prod((times**2).sum(axis=1) ** (1.0 / whole)))


def alarm_lag(alarms, changes, reach):
    rang = np.array(alarms)
    free = np.ones(len(rang), dtype=bool)
    lags = np.full(len(changes), float(reach))
    for i, (arm, start) in enumerate(changes):
        behind = rang[:, 1] - start
        fit = np.flatnonzero(free & (rang[:, 0] == arm) & (behind > 0) & (behind <= reach))
        if fit.size:
            free[fit[0]] = False
            lags[i] = behind[fit[0]]
    return float(np.square(np.sqrt(lags).sum() / len(lags))), float(free.mean())
