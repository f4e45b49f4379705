"""Clocks that drift."""
import math

import numpy as np

from .partials import midmean


def clock_line(time: np.ndarray, late: np.ndarray, trust: np.ndarray) -> tuple[float, float]:
    slopes, weights = [], []
    for s in range(len(time)):
        for r in range(s):
            apart = time[s] - time[r]
            slopes.append((late[s] - late[r]) / apart)
            weights.append(trust[s] * trust[r] * apart * apart)
    slope = midmean(np.array(slopes), np.array(weights))
    return midmean(np.array([d - slope * t for d, t in zip(late, time)]), trust), slope


def retime(signal: np.ndarray, start: float, slope: float, half: int) -> np.ndarray:
    count = len(signal)
    out = np.zeros(count)
    for n in range(count):
        point = n + start + slope * n
        base = math.floor(point)
        near = np.arange(base - half + 1, base + half + 1)
        away = near - point
        weight = np.sinc(away) * (1 + np.cos(np.pi * away / half)) / 2
        first, last = max(-near[0], 0), min(count - near[0], 2 * half)
        if first < last:
            inside = signal[near[0] + first : near[0] + last]
            out[n] = weight[first:last] @ inside / weight.sum()
    return out
