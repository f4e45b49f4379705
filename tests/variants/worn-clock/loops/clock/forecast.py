"""Step after step."""
import math

import numpy as np

from .cycle import read_cycle


def memory_of(rest):
    pairs = [(a, b) for a, b in zip(rest, rest[1:]) if a == a and b == b]
    usual = sum(abs(a) for a, _ in pairs) / len(pairs)
    top = bottom = 0.0
    for a, b in pairs:
        weight = usual / (usual + abs(a))
        top += weight * a * b
        bottom += weight * a * a
    return float(top / bottom)


def coming_shift(shift, block, ahead):
    size = sum(1 for b in block if b == block[-1])
    pace = (shift[-1] - shift[len(shift) - 1 - 2 * size]) / (2 * size)
    out, now = [], shift[-1]
    for _ in range(ahead):
        pace *= 0.95
        now = now + pace
        out.append(now)
    return np.array(out)


def coming_spread(scale, memory, swell, shape, place, wander):
    out, noise = [], 0.0
    for i, u in enumerate(place, start=1):
        noise = noise * memory**2 + scale**2
        low, high = read_cycle(shape, [u - 1 / len(shape), u + 1 / len(shape)])
        slope = (high - low) / (2 / len(shape))
        out.append(math.sqrt(noise + i * (swell * slope * wander) ** 2))
    return np.array(out)
