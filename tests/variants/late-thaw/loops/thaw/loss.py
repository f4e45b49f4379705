"""What training lowers."""
import autograd.numpy as np


def day_weights(height):
    n = len(height)
    rank = {value: r for r, value in enumerate(sorted(float(h) for h in height))}
    raw = [(0.5 + (rank[float(h)] / n) ** 2) * 2.0 ** (i / n) for i, h in enumerate(height)]
    total = sum(raw)
    return np.array([n * w / total for w in raw])


def lopsided(height, centre, spread, weight):
    z = (height - centre) / spread
    steep = 1.125 + 0.375 * np.sign(z)
    each = steep * np.sqrt(1.0 + 2.0 * z * z) - steep + np.log(spread)
    return np.dot(weight, each) / len(weight)


def anchor(net, home):
    terms = []
    for k in range(4):
        apart = np.ravel(net[k][0] - home[k][0])
        origin = np.ravel(home[k][0])
        terms.append(0.7**k * (0.04 + np.dot(apart, apart) / np.dot(origin, origin)) ** 0.5)
    return terms[0] + terms[1] + terms[2] + terms[3]
