"""Short spectra and the floor they stand on."""
import math

import numpy as np


def lopsided_taper(length: int, attack: float, power: float) -> np.ndarray:
    out = []
    for l in range(length):
        t = (l + 0.5) / length
        if t < attack:
            out.append(math.sin(math.pi * t / attack / 2) ** power)
        else:
            out.append(math.cos(math.pi * (t - attack) / (1 - attack) / 2) ** power)
    norm = math.sqrt(sum(w * w for w in out))
    return np.array([w / norm for w in out])


def short_spectra(signal: np.ndarray, taper: np.ndarray, hop: int) -> np.ndarray:
    length, start, rows = len(taper), 0, []
    while start + length <= len(signal):
        frame = signal[start : start + length]
        frame = taper * (frame - np.average(frame, weights=taper))
        rows.append(np.fft.fft(np.concatenate([frame, np.zeros(length)]))[: length + 1])
        start += hop
    return np.array(rows)


def noise_floor(power: np.ndarray, reach: int) -> np.ndarray:
    ranked = np.sort(power, axis=0)
    place = 0.25 * (len(power) - 1)
    low = int(place)
    high = min(low + 1, len(power) - 1)
    quiet = ranked[low] + (place - low) * (ranked[high] - ranked[low])
    out = []
    for k in range(len(quiet)):
        near = sorted(quiet[max(k - reach, 0) : k + reach + 1].tolist())
        half = len(near) // 2
        out.append(near[half] if len(near) % 2 else math.sqrt(near[half - 1] * near[half]))
    return np.array(out) / math.log(4 / 3)
