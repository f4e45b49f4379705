"""How two networks differ."""
import numpy as np


def _centred(state):
    gram = state @ state.T
    square = np.add.outer(np.diag(gram), np.diag(gram)) - 2.0 * gram
    np.fill_diagonal(square, 0.0)
    roots = np.maximum(square, 0.0) ** 0.25
    roots = roots - roots.mean(axis=0, keepdims=True)
    return roots - roots.mean(axis=1, keepdims=True)


def kinship(mine, theirs):
    first, second = _centred(mine), _centred(theirs)
    return float(np.vdot(first, second) / np.sqrt(np.vdot(first, first) * np.vdot(second, second)))


def ridge(start, end, loss):
    def mixed(share):
        return [
            [share * b + (1.0 - share) * a for a, b in zip(*layers)]
            for layers in zip(start, end)
        ]

    shares = np.arange(9) / 8.0
    height = np.array([loss(mixed(share)) for share in shares])
    above = 10.0 * (height - np.interp(shares, [0.0, 1.0], height[[0, -1]]))[1:8]
    return float((np.logaddexp.reduce(above) - np.log(7.0)) / 10.0)
