"""When the bell is struck."""
import math
import statistics

import numpy as np


def novelty(power: np.ndarray, floor: np.ndarray) -> np.ndarray:
    out = [0.0, 0.0]
    level = np.log((floor + power) / floor)
    for f in range(2, len(power)):
        gains = level[f] - np.max(level[f - 2 : f], axis=0)
        out.append(math.sqrt(np.square(gains[gains > 0]).sum() / len(floor)))
    return np.array(out)


def strike_frames(news: np.ndarray, bar: float, apart: int) -> np.ndarray:
    values = news.tolist()
    middle = statistics.median(values)
    least = middle + bar * statistics.median([abs(v - middle) for v in values])
    left = {f for f, v in enumerate(values) if v > least}
    found = []
    while left:
        best = max(left, key=lambda f: values[f])
        found.append(best)
        left = {f for f in left if abs(f - best) >= apart}
    return np.array(sorted(found), dtype=np.int64)
