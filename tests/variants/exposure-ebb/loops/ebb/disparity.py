"""Disparity, cell by cell."""
import math
from typing import NamedTuple

import numpy as np


class Disparity(NamedTuple):
    joint: float
    crossed: float


def shrink_table(table, weight, n_lists):
    groups, kinds = table.shape
    cells = [(g, h) for g in range(groups) for h in range(kinds)]
    product = {(g, h): sum(table[g]) * sum(table[:, h]) for g, h in cells}
    lists = n_lists / math.fsum(y * y for y in weight)
    noise = (1 - math.fsum(table[c] ** 2 for c in cells)) / (lists - 1)
    signal = math.fsum((table[c] - product[c]) ** 2 for c in cells)
    out = np.zeros(table.shape)
    for c in cells:
        out[c] = (noise * product[c] + signal * table[c]) / (noise + signal)
    return out


def joint_disparity(table, target):
    groups, kinds = table.shape
    f = 1 / (3 * groups * kinds)
    r = [
        [math.log2(table[g, h] + f) - math.log2(target[g, h] + f) for h in range(kinds)]
        for g in range(groups)
    ]
    total = math.fsum(
        math.sqrt(math.sqrt(table[g, h] * target[g, h])) * r[g][h] ** 2
        for g in range(groups)
        for h in range(kinds)
    )
    cells = [float(value) for value in target.ravel()]
    span = math.log2(max(cells) + f) - math.log2(min(cells) + f)
    row = [sum(values) / kinds for values in r]
    column = [sum(r[g][h] for g in range(groups)) / groups for h in range(kinds)]
    grand = sum(row) / groups
    crossed = math.fsum(
        (r[g][h] - row[g] - column[h] + grand) ** 2 for g in range(groups) for h in range(kinds)
    )
    crossed = math.sqrt(crossed / ((groups - 1) * (kinds - 1)))
    return Disparity(math.sqrt(total) / span, crossed)
