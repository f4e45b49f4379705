"""Samples that are wrong, and what is put in their place."""
import numpy as np


def wrong_samples(signal: np.ndarray, block: int, bar: float) -> np.ndarray:
    """Which samples (N,) are clicks or lost."""
    bend = np.zeros(len(signal))
    bend[1:-1] = np.abs(signal[1:-1] - 0.5 * (signal[:-2] + signal[2:]))
    last = len(signal) // block - 1
    own = np.minimum(np.arange(len(signal)) // block, last)
    scale = np.array([np.median(bend[own == number]) for number in range(last + 1)])
    around = np.pad(scale, 1, mode="edge")
    wide = np.maximum(around[1:-1], np.sqrt(around[:-2] * around[2:]))
    wrong = bend > bar * wide[own]
    silent = signal == 0.0
    lost = silent[1:-1] & silent[:-2] & silent[2:]
    for shift in (0, 1, 2):
        wrong[shift : len(lost) + shift] |= lost
    return wrong


def mend(signal: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """The signal (N,) with wrong samples replaced from both sides."""
    out = signal.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[0], wrong, [0]]).astype(np.int64)))
    for start, end in edges.reshape(-1, 2):
        step = np.arange(1, end - start + 1)
        fade = 0.9**step
        before = np.maximum(start - 1 - step, 0)
        after = np.minimum(end + step, len(signal) - 1)
        left = out[start - 1] + fade * (out[start - 1] - out[before])
        right = (out[end] + fade * (out[end] - out[after]))[::-1]
        near = (step / (end - start + 1)) ** 1.5
        far = near[::-1]
        out[start:end] = (far * left + near * right) / (near + far)
    return out
