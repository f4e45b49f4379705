"""Short spectra and the floor they stand on."""
import numpy as np


def lopsided_taper(length: int, attack: float, power: float) -> np.ndarray:
    """Taper (length,) that rises faster than it falls."""
    along = (np.arange(length) + 0.5) / length
    rise = np.sin(0.5 * np.pi * np.minimum(along / attack, 1.0)) ** power
    fall = np.cos(0.5 * np.pi * np.maximum(along - attack, 0.0) / (1.0 - attack))
    taper = rise * fall**power
    return taper / np.sqrt(taper @ taper)


def short_spectra(signal: np.ndarray, taper: np.ndarray, hop: int) -> np.ndarray:
    """Spectra (F, L + 1) of the whole frames, twice as fine as the taper (L,) is long."""
    length = len(taper)
    starts = np.arange(0, len(signal) - length + 1, hop)
    frames = signal[starts[:, None] + np.arange(length)]
    level = frames @ taper / taper.sum()
    return np.fft.rfft((frames - level[:, None]) * taper, 2 * length, axis=1)


def noise_floor(power: np.ndarray, reach: int) -> np.ndarray:
    """Mean power (K,) of the noise in each bin, from power (F, K) of the frames."""
    quiet = np.quantile(power, 0.25, axis=0) / np.log(4.0 / 3.0)
    floor = np.empty(len(quiet))
    for bin_ in range(len(quiet)):
        near = quiet[max(bin_ - reach, 0) : bin_ + reach + 1]
        floor[bin_] = np.exp(np.median(np.log(near)))
    return floor
