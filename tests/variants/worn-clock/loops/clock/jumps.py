"""Splits one after the other."""
import math

import numpy as np


def best_split(value, least):
    size = len(value)
    best, most = -1, 0.0
    left, right = 0.0, float(sum(value))
    for i in range(1, size):
        left += value[i - 1]
        right -= value[i - 1]
        if i < least or size - i < least:
            continue
        gain = (left / i - right / (size - i)) ** 2 * i * (size - i) / size
        if best < 0 or gain > most:
            best, most = i, gain
    return best, float(most)


def step_levels(value, least, price):
    out = np.empty(len(value))
    # Stretches to do: where they begin and end, what they are drawn to, and by which part.
    stack = [(0, len(value), [])]
    while stack:
        begin, end, above = stack.pop()
        part = value[begin:end]
        middle = sum(part) / len(part)
        place, gain = best_split(part, least)
        due = price * math.log(len(part))
        if place >= 0 and gain > due:
            drawn = [*above, (middle, 1.0 - due / gain)]
            stack.append((begin, begin + place, drawn))
            stack.append((begin + place, end, drawn))
            continue
        level = middle
        for centre, share in reversed(above):
            level = centre + share * (level - centre)
        out[begin:end] = level
    return out
