"""Hum of the mains."""
import numpy as np


def strip_hum(signal: np.ndarray, rate: float, mains: float, harmonics: int) -> np.ndarray:
    """The signal (N,) without its hum."""
    time = np.arange(len(signal)) / rate
    slow = 2.0 * time / time[-1] - 1.0
    columns = []
    for number in range(1, harmonics + 1):
        angle = 2.0 * np.pi * mains * number * time
        columns += [np.cos(angle), np.sin(angle), slow * np.cos(angle), slow * np.sin(angle)]
    columns = np.array(columns).T
    weight = np.ones(len(signal))
    for _ in range(2):
        heavy = columns * weight[:, None]
        rest = signal - columns @ np.linalg.solve(heavy.T @ columns, heavy.T @ signal)
        weight = 1.0 / (1.0 + (rest / np.median(np.abs(rest))) ** 2)
    return rest
