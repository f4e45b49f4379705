"""Peaks of spectra."""
import numpy as np


def pick_peaks(power: np.ndarray, floor: np.ndarray, bar: float) -> np.ndarray:
    """Place in bins [:, 0] and power [:, 1] of the peaks (n, 2) of one frame (K,)."""
    middle = power[1:-1]
    is_peak = (middle > power[:-2]) & (middle >= power[2:]) & (middle > bar * floor[1:-1])
    bins = np.flatnonzero(is_peak) + 1
    left, top, right = (power[bins + shift] ** 0.2 for shift in (-1, 0, 1))
    offset = 0.5 * (left - right) / (left - 2.0 * top + right)
    height = top - 0.25 * (left - right) * offset
    return np.stack([bins + offset, height**5], axis=1)


def link_peaks(frames: list[np.ndarray], width: float, patience: int) -> list[np.ndarray]:
    """Tracks of peaks, each (n, 3): frame, place in bins and power."""
    tracks, heads = [], []
    for number, peaks in enumerate(frames):
        alive = [t for t, track in enumerate(tracks) if number - track[-1][0] <= patience]
        pairs = []
        for t in alive:
            for p, (place, power) in enumerate(peaks):
                apart = abs(np.log(place / heads[t])) / width
                louder = np.log10(power / tracks[t][-1][2])
                if apart <= 1.0 and louder <= 0.25:
                    pairs.append((apart + 0.5 * abs(louder), t, p))
        used_tracks, used_peaks = set(), set()
        for _, t, p in sorted(pairs):
            if t not in used_tracks and p not in used_peaks:
                used_tracks.add(t)
                used_peaks.add(p)
                tracks[t].append((number, *peaks[p]))
                heads[t] = heads[t] ** 0.7 * peaks[p][0] ** 0.3
        for p in range(len(peaks)):
            if p not in used_peaks:
                tracks.append([(number, *peaks[p])])
                heads.append(peaks[p][0])
    return [np.array(track) for track in tracks]
