"""Kinship by sorted levels of counts."""
import numpy as np


def word_weights(words):
    share = (np.count_nonzero(words, axis=0) + 0.5) / (words.shape[0] + 1.0)
    return np.power(-np.log(share), 3 / 2)


def kinship(words):
    omega = word_weights(words)
    common = np.zeros((len(words), len(words)))
    levels = np.unique(words[words > 0.0])
    before = 0.0
    for level in levels:
        # Two nodes share the step from one level to the next if both are at or above it.
        reached = (words >= level).astype(float)
        common += (np.log1p(level) - before) * (reached * omega) @ reached.T
        before = np.log1p(level)
    full = np.diag(common)
    kin = common / (np.add.outer(full, full) - common + omega.mean())
    return kin * (1.0 - np.eye(len(kin)))
