"""What letters are about."""
import numpy as np

from .pairs import DAMPING


def read_letters(
    counts: np.ndarray, topics: np.ndarray, usual: np.ndarray, strength: float, rounds: int
) -> np.ndarray:
    """Shares (D, K) of topics in letters with counts (D, V); usual (K,): shares of topics."""
    damped = counts**DAMPING
    share = np.tile(usual, (len(counts), 1))
    for _ in range(rounds):
        expected = share @ topics.T
        taken = share * ((damped / expected) @ topics)
        share = taken + strength * np.sqrt(usual * share)
        share = share / share.sum(axis=1, keepdims=True)
    return share


def hidden_surprise(hidden: np.ndarray, share: np.ndarray, topics: np.ndarray) -> float:
    """Bits per word of the hidden halves (D, V), given shares (D, K)."""
    length = hidden.sum(axis=1)
    bits = -(hidden * np.log2(share @ topics.T)).sum(axis=1)
    weight = np.sqrt(length)
    return float(weight @ (bits / length) / weight.sum())
