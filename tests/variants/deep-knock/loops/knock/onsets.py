"""Arrivals in traces."""
import math
import statistics

import numpy as np


def _level(trace: np.ndarray) -> list[float]:
    values = trace.tolist()
    middle = statistics.median(values)
    return [value - middle for value in values]


def sharpness(trace: np.ndarray) -> np.ndarray:
    y = _level(trace)
    out = [y[0] ** 2]
    for n in range(1, len(y)):
        out.append(y[n] ** 2 + 3 * (y[n] - y[n - 1]) ** 2)
    cap = 400 * statistics.median(out)
    return np.array([value if value < cap else cap for value in out])


def find_trigger(sharp: np.ndarray, short: int, long: int, bar: float) -> int:
    values = sharp.tolist()
    calm = statistics.median(values) / 5
    after, before = sum(values[long : long + short]), sum(values[:long])
    first, best, found = None, -math.inf, -1
    for n in range(long, len(values) - short + 1):
        ratio = (after / short) / (before / long + calm)
        if first is None and ratio > bar:
            first = n
        if first is not None:
            if n >= first + long:
                break
            if ratio > best:
                best, found = ratio, n
        if n + short < len(values):
            after += values[n + short] - values[n]
            before += values[n] - values[n - long]
    return found


def refine_onset(sharp: np.ndarray, trigger: int, reach: int) -> float:
    start = max(trigger - reach, 0)
    power = sharp[start : trigger + reach].tolist()
    m = len(power)
    costs = {}
    for k in range(4, m - 3):
        front, back = sum(power[:k]) / k, sum(power[k:]) / (m - k)
        costs[k] = k * math.log(front) + 0.8 * (m - k) * math.log(back)
    least = min(costs.values())
    sure = {k: math.exp((least - cost) / 2) for k, cost in costs.items()}
    return start + sum(k * s for k, s in sure.items()) / sum(sure.values())


def onset_weight(trace: np.ndarray, onset: float, span: int) -> float:
    y, o = _level(trace), round(onset)
    front, back = y[max(o - span, 0) : o], y[o : o + span // 2]
    quotient = (sum(v * v for v in back) / len(back)) / (sum(v * v for v in front) / len(front))
    octaves = math.log2(quotient) / 2
    return min(max(octaves / 4, 0.0), 1.0) ** 2


def loudness(trace: np.ndarray, onset: float, span: int) -> float:
    y, o = [abs(v) for v in _level(trace)], round(onset)
    mean = sum(sorted(y[o : o + span])[-4:]) / 4
    noise = statistics.median(y[:o])
    return math.sqrt(max(mean**2 - (2 * noise) ** 2, (noise / 2) ** 2))
