"""Columns made comparable, in one valley and from one to another."""
import numpy as np


def _at(ordered, share):
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def gauge(columns):
    centres, widths = [], []
    for column in columns.T:
        low, middle, high = (_at(np.sort(column), share) for share in (0.25, 0.5, 0.75))
        centres.append(0.25 * low + 0.5 * middle + 0.25 * high)
        widths.append((high - low) / 2 + sum(abs(column - centres[-1])) / (4 * len(column)))
    return np.array(centres), np.array(widths)


def borrow(own, old, days):
    (c, b), (c0, b0) = own, old
    centre = (days * c + 30.0 * c0) / (days + 30.0)
    square = (days * b * b + 30.0 * b0 * b0) / (days + 30.0)
    return centre, np.hypot(np.sqrt(square), c - centre)


def level(columns, centre, width):
    out = np.empty_like(columns)
    for j in range(columns.shape[1]):
        u = (columns[:, j] - centre[j]) / width[j]
        out[:, j] = np.sqrt(3.0) * u / np.sqrt(np.hypot(3.0, u))
    return out
