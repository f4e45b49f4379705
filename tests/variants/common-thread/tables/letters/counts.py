"""Which words and letters count, and how much."""
import numpy as np


def keep_words(counts: np.ndarray, least: int, most: float) -> np.ndarray:
    number = np.count_nonzero(counts, axis=0)
    words = np.flatnonzero(number >= least)
    burst = counts[:, words].sum(axis=0) / number[words]
    phrase = np.logical_and(number[words] / len(counts) > most, burst < np.median(burst))
    return words[np.logical_not(phrase)]


def letter_weights(counts: np.ndarray, half: float) -> np.ndarray:
    length = np.einsum("dw->d", counts)
    kinds = np.sign(counts).sum(axis=1)
    return np.reciprocal(4.0 + (half - 3.0 * kinds) / length)


def split_counts(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    odd = np.fmod(counts, 2.0)
    number = np.cumsum(odd, axis=1)
    # The first, third, … odd count of a letter gives its extra to the seen half.
    seen = np.floor(counts / 2.0) + odd * np.fmod(number, 2.0)
    return seen, counts - seen
