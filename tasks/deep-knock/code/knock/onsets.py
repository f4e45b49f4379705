"""Arrivals in traces."""
import numpy as np


def sharpness(trace: np.ndarray) -> np.ndarray:
    """Sharpness (N,) of a trace (N,): its square and that of its slope."""
    level = trace - np.median(trace)
    slope = np.diff(level, prepend=level[0])
    sharp = level**2 + 3.0 * slope**2
    return np.minimum(sharp, 400.0 * np.median(sharp))


def find_trigger(sharp: np.ndarray, short: int, long: int, bar: float) -> int:
    """Sample of the trigger in sharpness (N,), or -1."""
    total = np.concatenate([[0.0], np.cumsum(sharp)])
    at = np.arange(long, len(sharp) - short + 1)
    after = (total[at + short] - total[at]) / short
    before = (total[at] - total[at - long]) / long
    ratio = after / (before + 0.2 * np.median(sharp))
    over = np.flatnonzero(ratio > bar)
    if len(over) == 0:
        return -1
    first = over[0]
    return int(at[first + np.argmax(ratio[first : first + long])])


def refine_onset(sharp: np.ndarray, trigger: int, reach: int) -> float:
    """Onset in samples, close to the trigger, from sharpness (N,)."""
    start, end = max(trigger - reach, 0), min(trigger + reach, len(sharp))
    part = sharp[start:end]
    cut = np.arange(4, len(part) - 3)
    left = np.cumsum(part)[cut - 1] / cut
    right = np.cumsum(part[::-1])[::-1][cut] / (len(part) - cut)
    cost = cut * np.log(left) + 0.8 * (len(part) - cut) * np.log(right)
    sure = np.exp(-0.5 * (cost - cost.min()))
    return float(start + np.average(cut, weights=sure))


def onset_weight(trace: np.ndarray, onset: float, span: int) -> float:
    """Weight of an onset, from none (0) to full (1), by how it stands out of a trace (N,)."""
    middle = int(np.rint(onset))
    level = trace - np.median(trace)
    before = np.sqrt(np.mean(level[max(middle - span, 0) : middle] ** 2))
    after = np.sqrt(np.mean(level[middle : middle + span // 2] ** 2))
    return float(np.clip(np.log2(after / before) / 4.0, 0.0, 1.0) ** 2)


def loudness(trace: np.ndarray, onset: float, span: int) -> float:
    """Amplitude of the first waves behind an onset in a trace (N,), beside the noise."""
    middle = int(np.rint(onset))
    level = trace - np.median(trace)
    ranked = np.sort(np.abs(level[middle : middle + span]))[::-1]
    noise = np.median(np.abs(level[:middle]))
    return float(np.sqrt(max(ranked[:4].mean() ** 2 - 4.0 * noise**2, 0.25 * noise**2)))
