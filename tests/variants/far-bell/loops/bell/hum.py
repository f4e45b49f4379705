"""Hum of the mains."""
import numpy as np


def strip_hum(signal: np.ndarray, rate: float, mains: float, harmonics: int) -> np.ndarray:
    n = np.arange(len(signal), dtype=float)
    z = np.linspace(-1.0, 1.0, len(signal))
    turns = np.exp(2j * np.pi * mains / rate * np.outer(n, np.arange(1, harmonics + 1)))
    waves = np.hstack([turns.real, turns.imag])
    design = np.hstack([waves, z[:, None] * waves])

    def rest(weight: np.ndarray) -> np.ndarray:
        root = np.sqrt(weight)
        fitted = np.linalg.lstsq(design * root[:, None], signal * root, rcond=None)[0]
        return signal - design @ fitted

    first = rest(np.ones(len(signal)))
    middle = np.median(np.abs(first))
    return rest(middle**2 / (middle**2 + first**2))
