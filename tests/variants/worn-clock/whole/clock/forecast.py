"""All coming steps at once."""
import numpy as np

from .cycle import read_cycle


def memory_of(rest):
    pairs = np.lib.stride_tricks.sliding_window_view(rest, 2)
    early, late = pairs[~np.isnan(pairs).any(axis=1)].T
    size = np.abs(early)
    weight = size.mean() / (size.mean() + size)
    return float(np.vdot(weight, early * late) / np.vdot(weight, early**2))


def coming_shift(shift, block, ahead):
    back = 2 * np.bincount(block)[-1]
    pace = (shift[-1] - shift[-1 - back]) / back
    return shift[-1] + pace * 0.95 * (1.0 - 0.95 ** np.arange(1, ahead + 1)) / 0.05


def coming_spread(scale, memory, swell, shape, place, wander):
    ahead = np.arange(1.0, len(place) + 1.0)
    noise = np.cumsum(memory ** (2.0 * (ahead - 1.0))) * scale**2
    bin_ = 1.0 / len(shape)
    slope = (read_cycle(shape, place + bin_) - read_cycle(shape, place - bin_)) / (2.0 * bin_)
    return np.hypot(np.sqrt(noise), np.sqrt(ahead) * swell * slope * wander)
