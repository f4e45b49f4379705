"""Columns of the regression."""
import math

import numpy as np


def design(x: np.ndarray, day: np.ndarray, reference: np.ndarray, period: float) -> np.ndarray:
    rows, width = x.shape
    bent = np.zeros((rows, width))
    for j in range(width):
        column = sorted(float(value) for value in reference[:, j])
        half = len(column) // 2
        middle = column[half] if len(column) % 2 else (column[half - 1] + column[half]) / 2
        reach = sum(abs(value - middle) for value in column) / len(column)
        for i in range(rows):
            unit = (float(x[i, j]) - middle) / reach
            bent[i, j] = math.copysign(abs(unit) * (1 + abs(unit)) ** -0.5, unit)
    out = np.ones((rows, 1 + width + width * (width - 1) // 2 + 4 + width))
    out[:, 1 : 1 + width] = bent
    at = 1 + width
    for i in range(width):
        for j in range(i + 1, width):
            out[:, at] = bent[:, i] * bent[:, j]
            at += 1
    for i in range(rows):
        theta = math.tau * float(day[i]) / period
        out[i, at : at + 4] = (
            math.cos(theta), math.sin(theta), math.cos(2 * theta) / 2, math.sin(2 * theta) / 2
        )
        out[i, at + 4 :] = bent[i] * math.cos(theta)
    return out
