"""Channels shown one by one."""
import numpy as np


def reveal_curve(relevance, decided):
    channels = relevance.shape[1]
    rank = np.array([[np.sum(row > value) for value in row] for row in relevance])
    chances = np.stack([decided((rank < k).astype(float)) for k in range(channels + 1)], axis=1)
    return np.average(chances, axis=0, weights=chances[:, channels] - 1.0 / channels)


def saving(curve):
    steps = len(curve) - 1
    area = 0.0
    for k in range(steps):
        both = curve[k] + curve[k + 1] - 2.0 * curve[0]
        area += (((k + 1) / steps) ** 0.5 - (k / steps) ** 0.5) * both
    return area / (2.0 - 2.0 * curve[0])
