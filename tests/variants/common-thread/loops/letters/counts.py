"""Which words and letters count, and how much."""
from statistics import median

import numpy as np


def keep_words(counts: np.ndarray, least: int, most: float) -> np.ndarray:
    enough = {}
    for word, column in enumerate(counts.T):
        inside = column[column > 0]
        if len(inside) >= least:
            enough[word] = (len(inside), inside.mean())
    usual = median(burst for _, burst in enough.values())
    limit = most * counts.shape[0]
    kept = [w for w, (number, burst) in enough.items() if number <= limit or burst >= usual]
    return np.array(kept)


def letter_weights(counts: np.ndarray, half: float) -> np.ndarray:
    weights = []
    for letter in counts:
        length, kinds = letter.sum(), np.count_nonzero(letter)
        weights.append(1 / (4 + (half - 3 * kinds) / length))
    return np.array(weights)


def split_counts(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    seen, hidden = np.zeros(counts.shape), np.zeros(counts.shape)
    for d, letter in enumerate(counts):
        halves = [seen[d], hidden[d]]
        for w, c in enumerate(letter):
            halves[0][w] = halves[1][w] = c // 2
            if c % 2 == 1:
                halves[0][w] += 1
                halves.reverse()
    return seen, hidden
