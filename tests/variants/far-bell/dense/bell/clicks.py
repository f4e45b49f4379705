"""Samples that are wrong, and what is put in their place."""
import numpy as np


def wrong_samples(signal: np.ndarray, block: int, bar: float) -> np.ndarray:
    bend = np.pad(np.abs(np.diff(signal, 2)) / 2.0, 1)
    cuts = np.arange(block, len(signal) - block + 1, block)
    parts = np.split(bend, cuts)
    scale = np.array([np.median(part) for part in parts])
    last = len(scale) - 1
    spread = np.log(np.maximum(scale, 1e-300))
    spread = 0.5 * (spread[np.r_[0, :last]] + spread[np.r_[1 : last + 1, last]])
    scale = np.fmax(scale, np.exp(spread))
    wrong = bend > bar * np.repeat(scale, [len(part) for part in parts])
    zero = np.concatenate([[False], signal == 0.0, [False]])
    starts, ends = np.flatnonzero(np.diff(zero.astype(np.int64))).reshape(-1, 2).T
    for start, end in zip(starts, ends):
        wrong[start:end] |= end - start >= 3
    return wrong


def mend(signal: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    out = np.array(signal)
    good = np.flatnonzero(~wrong)
    for before, after in zip(good[:-1], good[1:]):
        size = after - before - 1
        if size == 0:
            continue
        k = np.arange(1.0, size + 1.0)
        near = out[np.clip(before - np.arange(1, size + 1), 0, None)]
        far = out[np.clip(after + np.arange(1, size + 1), None, len(out) - 1)]
        u = out[before] * (1.0 + 0.9**k) - near * 0.9**k
        v = (out[after] * (1.0 + 0.9**k) - far * 0.9**k)[::-1]
        odds = (k / k[::-1]) ** 1.5
        out[before + 1 : after] = u + (v - u) * odds / (1.0 + odds)
    return out
