"""Microphones together."""
import numpy as np


def beam_weights(signals: np.ndarray, block: int) -> np.ndarray:
    blocks = signals.shape[1] // block
    weights = []
    for m in range(len(signals)):
        own = signals[m, : blocks * block]
        others = np.delete(signals, m, axis=0)[:, : blocks * block].mean(axis=0)
        scale = (own @ others) / (others @ others)
        rest = own - scale * others
        powers = [np.square(rest[b * block : (b + 1) * block]).mean() for b in range(blocks)]
        weights.append(scale * np.quantile(powers, 0.3) ** -0.75)
    return np.array(weights) / sum(weights)


def agreement(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    frames = len(first)
    out = []
    for x, y in zip(first.T, second.T):
        coherence = abs(np.vdot(x, y)) ** 2 / (np.vdot(x, x).real * np.vdot(y, y).real)
        out.append((frames * coherence - 1) / (frames - 1))
    return np.array(out)
