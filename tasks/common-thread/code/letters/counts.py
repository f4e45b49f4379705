"""Which words and letters count, and how much."""
import numpy as np


def keep_words(counts: np.ndarray, least: int, most: float) -> np.ndarray:
    """Numbers, ascending, of the words that are kept, from counts (D, V)."""
    found = counts > 0
    letters = found.sum(axis=0)
    burst = counts.sum(axis=0) / np.maximum(letters, 1)
    usual = np.median(burst[letters >= least])
    common = (letters > most * len(counts)) & (burst < usual)
    return np.flatnonzero((letters >= least) & ~common)


def letter_weights(counts: np.ndarray, half: float) -> np.ndarray:
    """Weights (D,) of letters in the pair table, from counts (D, V)."""
    length = counts.sum(axis=1)
    kinds = (counts > 0).sum(axis=1)
    again = length - kinds
    return length / (length + half + 3.0 * again)


def split_counts(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Counts (D, V) of the halves of each letter that are seen and hidden."""
    odd = counts % 2
    turn = (np.cumsum(odd, axis=1) - odd) % 2
    seen = (counts + odd * (1.0 - 2.0 * turn)) / 2
    return seen, counts - seen
