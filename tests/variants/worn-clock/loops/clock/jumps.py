"""Splits one by one."""
import math

import numpy as np


def best_split(value, least):
    best = (-1, 0.0)
    for i in range(least, len(value) - least + 1):
        before, behind = value[:i], value[i:]
        gap = sum(before) / i - sum(behind) / len(behind)
        gain = float(gap * gap * i * len(behind) / len(value))
        if best[0] < 0 or gain > best[1]:
            best = (i, gain)
    return best


def step_levels(value, least, price):
    out = [0.0] * len(value)
    todo = [(0, len(value), 0.0, 1.0)]
    while todo:
        # What is above a stretch is settled; its own mean counts as far as what is above lets it.
        start, end, base, share = todo.pop()
        mean = sum(value[start:end]) / (end - start)
        place, gain = best_split(value[start:end], least)
        due = price * math.log(end - start)
        if place < 0 or gain <= due:
            out[start:end] = [base + share * mean] * (end - start)
            continue
        kept = 1 - due / gain
        below = (base + share * (1 - kept) * mean, share * kept)
        todo += [(start, start + place, *below), (start + place, end, *below)]
    return np.array(out)
