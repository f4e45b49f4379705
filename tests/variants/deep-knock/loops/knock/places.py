"""Where an event was, and when."""
import math

import numpy as np


def event_start(late: np.ndarray, weight: np.ndarray) -> np.ndarray:
    flat = late.reshape(len(late), -1)
    start = weight @ flat / weight.sum()
    for _ in range(3):
        top, bottom = np.zeros(flat.shape[1]), np.zeros(flat.shape[1])
        for one, w in zip(flat, weight):
            trust = w / (1 + 100 * (one - start) ** 2)
            top += trust * one
            bottom += trust
        start = top / bottom
    return start.reshape(late.shape[1:])


def misfit_map(arrival: np.ndarray, weight: np.ndarray, times: np.ndarray) -> np.ndarray:
    late = np.array([a - time for a, time in zip(arrival, times)])
    start = event_start(late, weight)
    out = np.zeros(times.shape[1:])
    for one, w in zip(late, weight):
        off = abs(one - start)
        small = np.minimum(off, 0.1)
        out += w * (small**2 / 0.2 + (off - small))
    return out / weight.sum()


def lowest_place(misfit: np.ndarray) -> tuple[float, float]:
    rows, columns = misfit.shape
    _, r, c = min((misfit[r, c], r, c) for r in range(rows) for c in range(columns))

    def moved(at: int, count: int, value) -> float:
        if at in (0, count - 1):
            return float(at)
        below, here, above = value(at - 1), value(at), value(at + 1)
        if below > above:
            return at + (below - above) / (2 * (below - here))
        return at - (above - below) / (2 * (above - here))

    return moved(r, rows, lambda k: misfit[k, c]), moved(c, columns, lambda k: misfit[r, k])


def jackknife_area(arrival: np.ndarray, weight: np.ndarray, times: np.ndarray) -> float:
    places = []
    for station in range(len(weight)):
        if weight[station] > 0:
            kept = [s for s in range(len(weight)) if s != station and weight[s] > 0]
            places.append(lowest_place(misfit_map(arrival[kept], weight[kept], times[kept])))
    count = len(places)
    down = np.array([p[0] for p in places])
    along = np.array([p[1] for p in places])
    down, along = down - np.median(down), along - np.median(along)
    share = (count - 1) / count
    a, b = share * (down @ down) + 0.01, share * (along @ along) + 0.01
    return math.pi * math.sqrt(a * b - (share * (down @ along)) ** 2)
