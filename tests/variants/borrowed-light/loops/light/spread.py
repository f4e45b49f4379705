"""Light node by node."""
import math

import numpy as np

from .degree import borrow_light


def dim_light(light):
    out = []
    for row in light:
        size = sum(abs(value) for value in row)
        out.append([value / math.sqrt(size) if size > 1 else value for value in row])
    return np.array(out)


def spread_light(lending, strength, part, contrast, source, haze, steps):
    light = np.array(source)
    classes = range(len(contrast))
    for _ in range(steps):
        arrived = borrow_light(lending, strength, light, haze)
        mixed = np.zeros(light.shape)
        for i, a in enumerate(part):
            for c in classes:
                turned = sum(arrived[i, d] * contrast[d, c] for d in classes)
                mixed[i, c] = a * turned + (1 - a) * source[i, c]
        light = dim_light(mixed)
    return light
