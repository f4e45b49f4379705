"""What letters are about."""
import numpy as np

from .pairs import DAMPING


def read_letters(
    counts: np.ndarray, topics: np.ndarray, usual: np.ndarray, strength: float, rounds: int
) -> np.ndarray:
    damped = np.power(counts, DAMPING)
    share = np.broadcast_to(usual, (len(counts), len(usual)))
    for _ in range(rounds):
        ratio = np.divide(damped, np.einsum("dk,wk->dw", share, topics))
        new = np.einsum("dk,dw,wk->dk", share, ratio, topics, optimize=True)
        new = new + strength * np.sqrt(share) * np.sqrt(usual)
        share = new / np.linalg.norm(new, ord=1, axis=1, keepdims=True)
    return np.array(share)


def hidden_surprise(hidden: np.ndarray, share: np.ndarray, topics: np.ndarray) -> float:
    nats = np.einsum("dw,dw->d", hidden, np.log(np.einsum("dk,wk->dw", share, topics)))
    root = np.sqrt(hidden.sum(axis=1))
    return float(-(nats / root).sum() / root.sum() / np.log(2.0))
