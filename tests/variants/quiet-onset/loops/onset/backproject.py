"""Back-projection by convolutions, one age group at a time."""
import math

import numpy as np


def back_project(onsets, law, rounds, damping):
    days, ages = onsets.shape
    shift = math.floor(sum(s * law[s] for s in range(len(law))) + 0.5)
    out = np.empty((days, ages))
    ones = np.convolve(np.ones(days), law[::-1])[len(law) - 1 :]
    for a in range(ages):
        seen = onsets[:, a]
        x = np.array([3.0 + seen[min(t + shift, days - 1)] for t in range(days)])
        for _ in range(rounds):
            hat = np.convolve(x, law)[:days]
            ratio = (seen + 0.5) / (hat + 0.5)
            back = np.convolve(ratio, law[::-1])[len(law) - 1 :]
            logs = np.log(x) + damping * np.log(back / ones)
            left = np.r_[logs[0], logs[:-1]]
            right = np.r_[logs[1:], logs[-1]]
            x = np.exp((left + 2 * logs + right) / 4)
        out[:, a] = x
    return out
