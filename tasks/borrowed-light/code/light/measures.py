"""How good beliefs are."""
import numpy as np


def log_loss(belief: np.ndarray, label: np.ndarray, strength: np.ndarray) -> float:
    """Bits that beliefs (m, K) lack of the labels (m,); strength (m,): of the nodes."""
    bits = -np.log2(belief[np.arange(len(label)), label])
    return float(np.average(bits, weights=1.0 / np.sqrt(strength)))


def calibration_gap(belief: np.ndarray, label: np.ndarray, bins: int) -> float:
    """How far confidence is from the share that is right; belief (m, K), label (m,)."""
    confidence = belief.max(axis=1)
    right = belief.argmax(axis=1) == label
    total = 0.0
    for rows in np.array_split(np.argsort(confidence, kind="stable"), bins):
        total += len(rows) * (confidence[rows].mean() - right[rows].mean()) ** 2
    return float(np.sqrt(total / len(label)))
