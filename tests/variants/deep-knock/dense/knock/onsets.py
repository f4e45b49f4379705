"""Arrivals in traces."""
import numpy as np


def sharpness(trace: np.ndarray) -> np.ndarray:
    slope = np.zeros(len(trace))
    slope[1:] = trace[1:] - trace[:-1]
    sharp = np.square(trace - np.median(trace)) + 3.0 * np.square(slope)
    return sharp.clip(None, 400.0 * np.median(sharp))


def find_trigger(sharp: np.ndarray, short: int, long: int, bar: float) -> int:
    view = np.lib.stride_tricks.sliding_window_view
    after = view(sharp, short)[long:].mean(axis=1)
    before = view(sharp, long)[: len(after)].mean(axis=1)
    ratio = after / (before + np.median(sharp) / 5.0)
    if not (ratio > bar).any():
        return -1
    first = int(np.argmax(ratio > bar))
    allowed = np.full(len(ratio), -np.inf)
    allowed[first : first + long] = ratio[first : first + long]
    return long + int(np.argmax(allowed))


def refine_onset(sharp: np.ndarray, trigger: int, reach: int) -> float:
    sample = np.arange(len(sharp))
    window = sample[(sample >= trigger - reach) & (sample < trigger + reach)]
    power = sharp[window]
    k = np.arange(4, len(window) - 3)
    front = np.tri(len(k), len(window), 3)
    mean = (front @ power) / k
    rest = ((1.0 - front) @ power) / (len(window) - k)
    half = -0.5 * (k * np.log(mean) + 0.8 * (len(window) - k) * np.log(rest))
    sure = np.exp(half - half.max())
    return float(window[0] + sure @ k / sure.sum())


def onset_weight(trace: np.ndarray, onset: float, span: int) -> float:
    power = np.square(trace - np.median(trace))
    o = int(np.floor(onset + 0.5))
    octaves = 0.5 * np.log2(power[o:][: span // 2].mean() / power[:o][-span:].mean())
    return float((np.fmin(np.fmax(octaves, 0.0), 4.0) / 4.0) ** 2)


def loudness(trace: np.ndarray, onset: float, span: int) -> float:
    size = np.abs(trace - np.median(trace))
    front, back = np.split(size, [int(np.floor(onset + 0.5))])
    top = np.partition(back[:span], -4)[-4:].mean()
    noise = np.square(np.median(front))
    return float(np.sqrt(np.fmax(top * top - 4.0 * noise, noise / 4.0)))
