"""Doubly robust scores of the rows."""
import math

import numpy as np


def row_mass(chance: np.ndarray, staying: np.ndarray, term: np.ndarray) -> np.ndarray:
    tilted = [s * (1 - (2 * e - 1) ** 2) ** 0.75 for s, e in zip(staying, chance)]
    total = {}
    for t, value in zip(term.tolist(), tilted):
        total[t] = total.get(t, 0.0) + value
    return np.array([v / total[t] ** (2 / 3) for t, v in zip(term.tolist(), tilted)])


def augmented_scores(
    expected: np.ndarray, mark: np.ndarray, taken: np.ndarray, weight: np.ndarray, mass: np.ndarray
) -> np.ndarray:
    error = [y - (m[1] if a else m[0]) for y, m, a in zip(mark, expected, taken)]
    size = []
    for arm in (0, 1):
        rows = [r for r in range(len(mark)) if taken[r] == arm]
        size.append(2 * sum(mass[r] * abs(error[r]) for r in rows) / sum(mass[r] for r in rows))
    out = np.zeros(len(mark))
    for r, d in enumerate(error):
        z = size[int(taken[r])]
        bent = math.copysign(z * math.log(abs(d) / z + math.hypot(1, d / z)), d)
        out[r] = expected[r, 1] - expected[r, 0] + (weight[r] if taken[r] else -weight[r]) * bent
    return out
