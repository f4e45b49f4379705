"""Light node by node."""
import numpy as np

from .degree import borrow_light


def dim_light(light):
    out = np.array(light, dtype=float)
    for row in out:
        size = sum(abs(value) for value in row)
        if size > 1.0:
            row /= size**0.5
    return out


def spread_light(lending, strength, part, contrast, source, haze, steps):
    light = source
    for _ in range(steps):
        arrived = borrow_light(lending, strength, light, haze)
        mixed = [a * (row @ contrast) + (1 - a) * own for a, row, own in zip(part, arrived, source)]
        light = dim_light(np.array(mixed))
    return light
