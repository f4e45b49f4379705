"""How much alike two nodes' words are."""
import numpy as np


def word_weights(words: np.ndarray) -> np.ndarray:
    """Weight (d,) of each word, from counts (n, d)."""
    spread = (words > 0.0).sum(axis=0)
    return np.log((len(words) + 1.0) / (spread + 0.5)) ** 1.5


def kinship(words: np.ndarray) -> np.ndarray:
    """Kinship (n, n) of the nodes, from counts (n, d); zero on the diagonal."""
    weight = word_weights(words)
    heard = np.log1p(words) * weight
    common = np.zeros((len(words), len(words)))
    for column in heard.T:
        common += np.minimum(column[:, None], column[None, :])
    total = heard.sum(axis=1)
    either = total[:, None] + total[None, :] - common
    kin = common / (either + weight.mean())
    np.fill_diagonal(kin, 0.0)
    return kin
