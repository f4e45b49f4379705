"""What is thought of points, from those that were fired before."""
import numpy as np


def nearness(point, old, age, reach):
    out = np.empty((len(point), len(old)))
    for i, y in enumerate(point):
        steps = np.linalg.solve(reach, (old - y).T)
        out[i] = 0.93**age * (1.0 + np.sum(steps * steps, axis=0) / len(y)) ** -2
    return out


def foretell(weight, merit):
    ordered = sorted(merit)
    n = len(ordered)
    usual = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2.0
    return np.array(
        [usual + np.dot(w, merit - usual) / (0.2 + sum(w)) for w in weight]
    )


def screen(expected):
    pairs = len(expected) // 2
    gaps = [abs(expected[i] - expected[i + pairs]) for i in range(pairs)]
    both = gaps.index(min(gaps))
    fired = []
    for i in range(2 * pairs):
        other = (i + pairs) % (2 * pairs)
        if i % pairs == both or expected[i] < expected[other]:
            fired.append(i)
    return np.array(fired)
