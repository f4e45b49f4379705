"""The ring bin by bin."""
import math

import numpy as np


def fold_cycle(rest, place, bins):
    total, mass = [0.0] * bins, [0.5] * bins
    for value, u in zip(rest, place):
        if math.isnan(value):
            continue
        bin_ = math.floor(u * bins)
        part = u * bins - bin_
        for at, weight in ((bin_ % bins, 1 - part), ((bin_ + 1) % bins, part)):
            total[at] += weight * value
            mass[at] += weight
    raw = [t / m for t, m in zip(total, mass)]
    smooth = [(raw[j - 1] + 2 * raw[j] + raw[(j + 1) % bins]) / 4 for j in range(bins)]
    middle = sum(smooth) / bins
    size = math.sqrt(sum((value - middle) ** 2 for value in smooth) / bins)
    return np.array([(value - middle) / size for value in smooth])


def read_cycle(shape, place):
    bins = len(shape)
    out = np.empty(np.shape(place))
    for at, u in np.ndenumerate(place):
        spot = (u - math.floor(u)) * bins
        bin_ = min(int(spot), bins - 1)
        out[at] = shape[bin_] + (spot - bin_) * (shape[(bin_ + 1) % bins] - shape[bin_])
    return out
