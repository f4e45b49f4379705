"""Light as whole matrices."""
import numpy as np

from .degree import borrow_light


def dim_light(light):
    size = np.linalg.norm(light, ord=1, axis=1)
    return np.where(size > 1.0, size, 1.0)[:, None] ** -0.5 * light


def spread_light(lending, strength, part, contrast, source, haze, steps):
    mine = np.diag(1.0 - part) @ source
    light = source.copy()
    for _ in range(steps):
        turned = borrow_light(lending, strength, light @ contrast, haze)
        light = dim_light(mine + np.diag(part) @ turned)
    return light
