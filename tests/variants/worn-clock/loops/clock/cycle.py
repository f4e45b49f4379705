"""The ring bin by bin."""
import math

import numpy as np


def fold_cycle(rest, place, bins):
    total, mass = [0.0] * bins, [0.5] * bins
    for r, u in zip(rest, place):
        if math.isnan(r):
            continue
        part, low = math.modf(u * bins)
        for j, weight in ((int(low), 1 - part), (int(low) + 1, part)):
            total[j % bins] += weight * r
            mass[j % bins] += weight
    raw = [a / b for a, b in zip(total, mass)]
    ring = [(raw[j - 1] + 2 * raw[j] + raw[(j + 1) % bins]) / 4 for j in range(bins)]
    middle = sum(ring) / bins
    size = math.sqrt(sum((value - middle) ** 2 for value in ring) / bins)
    return np.array([(value - middle) / size for value in ring])


def read_cycle(shape, place):
    bins = len(shape)
    out = []
    for u in place:
        spot = (u - math.floor(u)) * bins
        low = int(spot)
        here, there = shape[low % bins], shape[(low + 1) % bins]
        out.append(here + (spot - low) * (there - here))
    return np.array(out)
