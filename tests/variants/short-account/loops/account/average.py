"""One network from those along the way."""
import numpy as np


def blend(trace):
    many = (len(trace) + 2) // 3
    total = sum(i**1.5 for i in range(1, many + 1))
    sums = [np.zeros(w.shape) for w in trace[0]]
    squares = [np.zeros(w.shape) for w in trace[0]]
    for i in range(many, 0, -1):
        weight = i**1.5 / total
        for a, array in enumerate(trace[len(trace) - many + i - 1]):
            sums[a] += weight * array
            squares[a] += weight * (array - trace[-1][a]) ** 2
    for a in (0, 2, 4):
        unrest = np.sqrt(squares[a] - (sums[a] - trace[-1][a]) ** 2)
        sums[a] /= 1.0 + 2.0 * unrest / np.abs(sums[a])
    return sums
