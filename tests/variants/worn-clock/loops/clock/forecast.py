"""Coming steps one by one."""
import math

import numpy as np

from .cycle import read_cycle


def memory_of(rest):
    pairs = [
        (then, now)
        for then, now in zip(rest[:-1], rest[1:])
        if not (math.isnan(then) or math.isnan(now))
    ]
    usual = sum(abs(then) for then, _ in pairs) / len(pairs)
    up = down = 0.0
    for then, now in pairs:
        trust = 1 / (1 + abs(then) / usual)
        up += trust * then * now
        down += trust * then * then
    return float(up / down)


def coming_shift(shift, block, ahead):
    size = sum(1 for home in block if home == block[-1])
    pace = (shift[-1] - shift[-1 - 2 * size]) / (2 * size)
    out, now = [], shift[-1]
    for i in range(1, ahead + 1):
        now = now + pace * 0.95**i
        out.append(now)
    return np.array(out)


def coming_spread(scale, memory, swell, shape, place, wander):
    bins = len(shape)
    out = []
    for i, u in enumerate(place, start=1):
        ends = read_cycle(shape, np.array([u - 1 / bins, u + 1 / bins]))
        slope = (ends[1] - ends[0]) * bins / 2
        noise = scale * scale * (1 - memory ** (2 * i)) / (1 - memory * memory)
        out.append(math.sqrt(noise + i * (swell * slope * wander) ** 2))
    return np.array(out)
