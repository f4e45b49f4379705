"""Microphones together."""
import numpy as np


def beam_weights(signals: np.ndarray, block: int) -> np.ndarray:
    """Weights (M,) of aligned signals (M, N), by how noisy each is."""
    whole = signals[:, : signals.shape[1] // block * block]
    others = (whole.sum(axis=0) - whole) / (len(whole) - 1)
    scale = np.sum(whole * others, axis=1) / np.sum(others**2, axis=1)
    rest = (whole - scale[:, None] * others).reshape(len(whole), -1, block)
    noise = np.quantile(np.mean(rest**2, axis=2), 0.3, axis=1)
    weight = scale / noise**0.75
    return weight / weight.sum()


def agreement(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Squared coherence (K,) of spectra (F, K), without what chance gives."""
    loud = [np.mean(np.abs(one) ** 2, axis=0) for one in (first, second)]
    cross = np.mean(first * np.conj(second), axis=0)
    raw = np.abs(cross) ** 2 / (loud[0] * loud[1])
    return (raw - 1.0 / len(first)) / (1.0 - 1.0 / len(first))
