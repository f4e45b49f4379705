"""How two networks differ."""
import math

import numpy as np


def kinship(mine, theirs):
    n = len(mine)
    centring = np.eye(n) - 1.0 / n

    def centred(state):
        roots = [[np.linalg.norm(a - b) ** 0.5 for b in state] for a in state]
        return (centring @ roots @ centring).ravel()

    e, f = centred(mine), centred(theirs)
    return float(e @ f / (np.linalg.norm(e) * np.linalg.norm(f)))


def ridge(start, end, loss):
    def at(i):
        return loss(
            [[a + i / 8 * (b - a) for a, b in zip(x, y)] for x, y in zip(start, end)]
        )

    low, high = at(0), at(8)
    total = sum(math.exp(10 * (at(i) - low - i / 8 * (high - low))) for i in range(1, 8))
    return 0.1 * math.log(total / 7)
