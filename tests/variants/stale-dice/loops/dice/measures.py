"""How a season went."""
import math

import numpy as np


def strain(level, width, mean):
    square = (level - mean) ** 2
    return math.sqrt(np.mean(square / (square + width**2)))


def company(path, arms, window):
    logs = []
    for start in range(0, len(path) - window + 1, window):
        part = list(path[start : start + window])
        logs.append(2.0 * math.log(window) - math.log(sum(part.count(k) ** 2 for k in range(arms))))
    return math.exp(sum(logs) / len(logs))


def alarm_lag(alarms, changes, reach):
    taken, roots = set(), []
    for arm, start in changes:
        lag = reach
        for i, (rang, at) in enumerate(alarms):
            if i not in taken and rang == arm and start < at <= start + reach:
                taken.add(i)
                lag = at - start
                break
        roots.append(math.sqrt(lag))
    return (sum(roots) / len(roots)) ** 2, 1.0 - len(taken) / len(alarms)
