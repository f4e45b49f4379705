"""Peaks of spectra."""
import numpy as np


def pick_peaks(power: np.ndarray, floor: np.ndarray, bar: float) -> np.ndarray:
    rises = np.diff(power) > 0.0
    chosen = np.zeros(len(power), dtype=bool)
    chosen[1:-1] = rises[:-1] & ~rises[1:]
    bins = np.flatnonzero(chosen & (power > bar * floor))
    if len(bins) == 0:
        return np.zeros((0, 2))
    root = np.power(power, 0.2)
    down, up = root[bins] - root[bins - 1], root[bins + 1] - root[bins]
    delta = (down + up) / (2.0 * (down - up))
    return np.column_stack([bins + delta, (root[bins] + 0.25 * (down + up) * delta) ** 5])


def link_peaks(frames: list[np.ndarray], width: float, patience: int) -> list[np.ndarray]:
    tracks: list[list[tuple[int, float, float]]] = []
    head, seen, loud = np.zeros((3, 0))
    for f, peaks in enumerate(frames):
        place, power = peaks[:, 0], peaks[:, 1]
        alpha = np.abs(np.log(place[None, :]) - np.log(head[:, None])) / width
        beta = np.log10(power[None, :] / loud[:, None])
        barred = (alpha > 1.0) | (beta > 0.25) | (f - seen > patience)[:, None]
        cost = np.where(barred, np.inf, alpha + 0.5 * np.abs(beta))
        fresh = np.ones(len(place), dtype=bool)
        while cost.size and np.isfinite(cost.min()):
            t, p = np.unravel_index(np.argmin(cost), cost.shape)
            cost[t], cost[:, p] = np.inf, np.inf
            fresh[p] = False
            tracks[t].append((f, place[p], power[p]))
            head[t] = head[t] * (place[p] / head[t]) ** 0.3
            seen[t], loud[t] = f, power[p]
        tracks += [[(f, *row)] for row in peaks[fresh]]
        head = np.append(head, place[fresh])
        seen = np.append(seen, np.full(fresh.sum(), f))
        loud = np.append(loud, power[fresh])
    return [np.array(track) for track in tracks]
