"""Peaks of spectra."""
import math

import numpy as np


def pick_peaks(power: np.ndarray, floor: np.ndarray, bar: float) -> np.ndarray:
    rows = []
    for k in range(1, len(power) - 1):
        below, here, above = power[k - 1], power[k], power[k + 1]
        if here > below and here >= above and here > bar * floor[k]:
            a, b, c = below**0.2, here**0.2, above**0.2
            curve, slope = (a - 2 * b + c) / 2, (c - a) / 2
            rows.append([k - slope / (2 * curve), (b - slope**2 / (4 * curve)) ** 5])
    return np.array(rows).reshape(-1, 2)


def link_peaks(frames: list[np.ndarray], width: float, patience: int) -> list[np.ndarray]:
    tracks, heads = [], []
    for f, peaks in enumerate(frames):
        free_tracks = {t for t in range(len(tracks)) if f - tracks[t][-1][0] <= patience}
        free_peaks = set(range(len(peaks)))
        while True:
            best = None
            for t in free_tracks:
                for p in free_peaks:
                    alpha = abs(math.log(peaks[p][0]) - heads[t]) / width
                    beta = math.log10(peaks[p][1]) - math.log10(tracks[t][-1][2])
                    if alpha <= 1 and beta <= 0.25:
                        cost = alpha + abs(beta) / 2
                        if best is None or cost < best[0]:
                            best = cost, t, p
            if best is None:
                break
            _, t, p = best
            tracks[t].append([f, peaks[p][0], peaks[p][1]])
            heads[t] = 0.7 * heads[t] + 0.3 * math.log(peaks[p][0])
            free_tracks.remove(t)
            free_peaks.remove(p)
        for p in sorted(free_peaks):
            tracks.append([[f, peaks[p][0], peaks[p][1]]])
            heads.append(math.log(peaks[p][0]))
    return [np.array(track) for track in tracks]
