"""Clocks that drift."""
import numpy as np

from .partials import midmean


def clock_line(time: np.ndarray, late: np.ndarray, trust: np.ndarray) -> tuple[float, float]:
    """Intercept and slope of delays late (S,) over time (S,), by midmeans."""
    first, second = np.triu_indices(len(time), 1)
    apart = time[second] - time[first]
    slopes = (late[second] - late[first]) / apart
    slope = midmean(slopes, trust[first] * trust[second] * apart**2)
    start = midmean(late - slope * time, trust)
    return start, slope


def retime(signal: np.ndarray, start: float, slope: float, half: int) -> np.ndarray:
    """The signal (N,) as it would be without delay start (samples) and drift slope."""
    number = np.arange(len(signal), dtype=np.int64)
    wanted = number + start + slope * number
    base = np.floor(wanted).astype(np.int64)
    total, out = np.zeros(len(signal)), np.zeros(len(signal))
    for shift in range(1 - half, half + 1):
        gap = wanted - (base + shift)
        part = np.sinc(gap) * np.cos(0.5 * np.pi * gap / half) ** 2
        inside = (base + shift >= 0) & (base + shift < len(signal))
        total += part
        out += np.where(inside, part * signal[np.clip(base + shift, 0, len(signal) - 1)], 0.0)
    return out / total
