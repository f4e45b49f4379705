"""Limits from the lattice, point by point."""
import math

import numpy as np


def lattice_multipliers(widths, points):
    dims = len(widths)
    roots = np.roots([1.0] + [0.0] * (dims - 1) + [-1.0, -1.0])
    psi = max(r.real for r in roots if abs(r.imag) < 1e-9)
    rows = []
    for k in range(1, points + 1):
        place = [math.fmod(0.5 + k / psi**j, 1.0) for j in range(1, dims + 1)]
        rows.append([(u / (1 - u)) ** b for u, b in zip(place, widths)])
    return np.array(rows)


def lattice_interval(statistic, widths, points, level):
    base = statistic(np.ones(len(widths)))
    moves = sorted(
        math.log(statistic(row) / base) for row in lattice_multipliers(widths, points)
    )
    tail = math.ceil((1 - level) * points / 2)
    down = sum(moves[:tail]) / tail
    up = sum(moves[-tail:]) / tail
    return base / math.exp(up), base * math.exp(-1.3 * down)
