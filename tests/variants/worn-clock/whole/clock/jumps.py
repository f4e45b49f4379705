"""Splits by sums of squares."""
import numpy as np


def best_split(value, least):
    size = len(value)
    if size < 2 * least:
        return -1, 0.0
    centred = value - value.mean()
    left = np.arange(1, size)
    gain = np.cumsum(centred)[:-1] ** 2 * size / (left * (size - left))
    allowed = np.minimum(left, size - left) >= least
    best = np.where(allowed, gain, -1.0).argmax()
    return int(left[best]), float(gain[best])


def step_levels(value, least, price):
    place, gain = best_split(value, least)
    over = price * np.log(value.size) / gain if gain > 0.0 else np.inf
    if place < 0 or over >= 1.0:
        return np.full(value.shape, value.mean())
    parts = [step_levels(part, least, price) for part in np.split(value, [place])]
    return over * value.mean() + (1.0 - over) * np.hstack(parts)
