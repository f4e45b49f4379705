"""Clocks that drift."""
import numpy as np

from .partials import midmean


def clock_line(time: np.ndarray, late: np.ndarray, trust: np.ndarray) -> tuple[float, float]:
    apart = time[:, None] - time
    rise = late[:, None] - late
    weight = np.outer(trust, trust) * np.square(apart)
    upper = apart < 0.0
    slope = midmean(rise[upper] / apart[upper], weight[upper])
    return midmean(late - time * slope, trust), slope


def retime(signal: np.ndarray, start: float, slope: float, half: int) -> np.ndarray:
    point = np.arange(len(signal)) * (1.0 + slope) + start
    base = np.floor(point)
    shifts = np.arange(1 - half, half + 1)
    xi = (point - base)[:, None] - shifts
    weight = np.sinc(xi) * np.square(np.cos(0.5 * np.pi / half * xi))
    weight = weight / weight.sum(axis=1, keepdims=True)
    margin = int(np.abs(point - np.arange(len(signal))).max()) + half + 2
    padded = np.pad(signal, margin)
    where = base.astype(np.int64)[:, None] + shifts + margin
    return np.sum(weight * padded[where], axis=1)
