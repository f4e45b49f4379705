"""Weights of the treatments that were taken."""
import math

import numpy as np


def history_weights(
    chance: np.ndarray, taken: np.ndarray, mass: np.ndarray, pupil: np.ndarray, term: np.ndarray
) -> np.ndarray:
    usual = {}
    for t in set(term.tolist()):
        rows = term == t
        usual[t] = (mass[rows] @ taken[rows] + 1) / (mass[rows].sum() + 2)
    out, run = np.zeros(len(chance)), {}
    for r in range(len(chance)):
        q, e = usual[int(term[r])], chance[r]
        fresh = math.log(q) - math.log(e) if taken[r] else math.log(1 - q) - math.log(1 - e)
        run[pupil[r]] = fresh + run.get(pupil[r], 0.0) / 2
        out[r] = math.exp(run[pupil[r]])
    return out


def ease_weights(weight: np.ndarray, taken: np.ndarray, mass: np.ndarray) -> np.ndarray:
    out = np.zeros(len(weight))
    for arm in (0.0, 1.0):
        rows = [r for r in range(len(weight)) if taken[r] == arm]
        logs = [math.log(weight[r]) for r in rows]
        middle = sum(logs) / len(logs)
        heavy = sum(mass[r] for r in rows)
        spread = math.sqrt(sum(mass[r] * (v - middle) ** 2 for r, v in zip(rows, logs)) / heavy)
        for r, v in zip(rows, logs):
            if v > middle + spread:
                out[r] = math.exp(middle + spread) * math.sqrt(1 + 2 * (v - middle - spread))
            else:
                out[r] = math.exp(max(v, middle - 1.5 * spread))
        out[rows] /= sum(mass[r] * out[r] for r in rows) / mass.sum()
    return out
