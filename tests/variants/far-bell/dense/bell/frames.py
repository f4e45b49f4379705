"""Short spectra and the floor they stand on."""
import numpy as np


def lopsided_taper(length: int, attack: float, power: float) -> np.ndarray:
    t = np.linspace(0.5, length - 0.5, length) / length
    phase = np.where(t < attack, t / attack, 1.0 + (t - attack) / (1.0 - attack))
    taper = np.sin(0.5 * np.pi * phase) ** power
    return taper / np.linalg.norm(taper)


def short_spectra(signal: np.ndarray, taper: np.ndarray, hop: int) -> np.ndarray:
    frames = np.lib.stride_tricks.sliding_window_view(signal, len(taper))[::hop]
    weight = taper / taper.sum()
    flat = frames * taper - np.outer(frames @ weight, taper)
    return np.fft.rfft(np.pad(flat, ((0, 0), (0, len(taper)))))


def noise_floor(power: np.ndarray, reach: int) -> np.ndarray:
    quiet = np.log(np.quantile(power, 0.25, axis=0))
    padded = np.pad(quiet, reach, constant_values=np.nan)
    near = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.exp(np.nanmedian(near, axis=1) - np.log(np.log(4.0) - np.log(3.0)))
