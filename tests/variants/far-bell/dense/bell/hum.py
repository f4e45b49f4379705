"""Hum of the mains."""
import numpy as np


def strip_hum(signal: np.ndarray, rate: float, mains: float, harmonics: int) -> np.ndarray:
    time = np.arange(len(signal)) / rate
    order = np.arange(1, harmonics + 1)[:, None]
    angle = 2.0 * np.pi * mains * order * time
    waves = np.concatenate([np.cos(angle), np.sin(angle)])
    ramp = (2.0 * np.arange(len(signal)) - (len(signal) - 1)) / (len(signal) - 1)
    design = np.concatenate([waves, waves * ramp]).T
    basis = np.linalg.qr(design).Q
    rest = signal - basis @ (basis.T @ signal)
    weight = 1.0 / (1.0 + np.square(rest / np.median(np.abs(rest))))
    gram = basis.T @ (basis * weight[:, None])
    return rest - basis @ np.linalg.solve(gram, basis.T @ (weight * rest))
