"""Delays between microphones."""
import cmath
import math

import numpy as np


def muted_cross(first: np.ndarray, second: np.ndarray, reach: int, mute: float) -> np.ndarray:
    count = len(first)

    def smooth(power: np.ndarray) -> np.ndarray:
        total, cover = np.zeros(count), np.zeros(count)
        for j in range(-reach, reach + 1):
            low, high = max(0, -j), min(count, count - j)
            total[low:high] += (reach + 1 - abs(j)) * power[low + j : high + j]
            cover[low:high] += reach + 1 - abs(j)
        return total / cover

    quiet = smooth(first.real**2 + first.imag**2) * smooth(second.real**2 + second.imag**2)
    return (first * second.conj()).conj() * quiet ** (-mute / 2)


def lag_of_peak(cross: np.ndarray, length: int, most: int) -> tuple[float, float]:
    curve = np.fft.irfft(cross, length)
    heights = {lag: float(curve[lag % length]) for lag in range(-most, most + 1)}
    top = max(range(1 - most, most), key=heights.get)
    below, here, above = (heights[top + j] for j in (-1, 0, 1))
    rival = max(value for lag, value in heights.items() if abs(lag - top) > 3)
    clear = 1 - rival / here if rival > 0 else 1.0
    return top + (above - below) / (4 * here - 2 * below - 2 * above), max(clear, 0.01)


def reconcile(
    pairs: np.ndarray, lag: np.ndarray, clear: np.ndarray, count: int
) -> tuple[np.ndarray, float]:
    weight = clear**2
    for _ in range(3):
        graph, pull = np.zeros((count, count)), np.zeros(count)
        for (i, j), tau, w in zip(pairs.tolist(), lag, weight):
            graph[i, i] += w
            graph[j, j] += w
            graph[i, j] -= w
            graph[j, i] -= w
            pull[j] += w * tau
            pull[i] -= w * tau
        delay = np.linalg.solve(graph + weight.mean(), pull)
        miss = np.array([tau - delay[j] + delay[i] for (i, j), tau in zip(pairs.tolist(), lag)])
        weight = 0.3 * clear**2 / (0.3 + np.abs(miss))
    return delay, math.sqrt((clear**2 @ miss**2) / (clear @ clear))


def bearing(
    place: np.ndarray, late: np.ndarray, trust: np.ndarray
) -> tuple[float, float]:
    share = trust / trust.sum()
    x, y = (place - share @ place).T
    xx, xy, yy = share @ (x * x), share @ (x * y), share @ (y * y)
    ridge = 0.02 * (xx + yy)
    xx, yy = xx + ridge, yy + ridge
    px, py = share @ (x * late), share @ (y * late)
    det = xx * yy - xy * xy
    slow = complex(yy * px - xy * py, xx * py - xy * px) / det
    angle = math.degrees(cmath.phase(-slow))
    return angle if angle >= 0 else angle + 360, 1 / abs(slow)
