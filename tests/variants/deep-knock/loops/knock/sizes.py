"""How large events are."""
import math
import statistics
from collections import Counter

import numpy as np


def station_size(loud: np.ndarray, far: np.ndarray) -> np.ndarray:
    way = np.hypot(far, 2.0)
    return np.log10(loud * (way / 10) ** 1.3) + (way - 10) * 0.009


def event_sizes(sizes: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    events, stations = sizes.shape
    term, own = [0.0] * stations, [0.0] * events
    for _ in range(2):
        for e in range(events):
            own[e] = statistics.median(
                sizes[e, s] - term[s] for s in range(stations) if weight[e, s] > 0
            )
        for s in range(stations):
            term[s] = statistics.median(
                sizes[e, s] - own[e] for e in range(events) if weight[e, s] > 0
            )
        middle = sum(term) / stations
        term = [t - middle for t in term]
    return np.array(own), np.array(term)


def rate_of_sizes(sizes: np.ndarray, width: float) -> tuple[float, float]:
    counts = Counter(math.floor(size / width) for size in sizes.tolist())
    smooth = {
        b: counts[b - 1] + 2 * counts[b] + counts[b + 1]
        for b in range(min(counts) - 1, max(counts) + 2)
    }
    best = max(smooth, key=lambda b: (smooth[b], b))
    near = [best - 1, best, best + 1]
    least = width * sum(b * smooth[b] for b in near) / sum(smooth[b] for b in near)
    above = [size - least for size in sizes.tolist() if size >= least]
    return (len(above) - 1) / (sum(above) * math.log(10)), least
