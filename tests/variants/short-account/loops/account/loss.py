"""What training makes small."""
import autograd.numpy as np


def eased_loss(scores, label):
    classes = scores.shape[1]
    total, mass = 0.0, 0.0
    for c in range(classes):
        rows = np.flatnonzero(label == c)
        if len(rows) == 0:
            continue
        others = np.array([0.0 if k == c else 2.0 ** -abs(k - c) for k in range(classes)])
        goal = 0.12 * others / others.sum() + 0.88 * (np.arange(classes) == c)
        part = scores[rows]
        top = np.max(part, axis=1)
        norm = top + np.log(np.sum(np.exp(part - top[:, None]), axis=1))
        surprise = norm - np.dot(part, goal)
        own = np.exp(part[:, c] - norm)
        weight = 1.0 / np.cbrt(len(rows)) ** 2
        total = total + weight * np.sum(surprise * np.sqrt((1.0 - own) * (1.0 + own)))
        mass += weight * len(rows)
    return total / mass


def rein(weights):
    w1, w2, w3 = weights[0], weights[2], weights[4]
    channels, units = w1.shape
    inner = np.sum((w1[1:] - w1[:-1]) ** 2, axis=0) + w1[0] ** 2 + w1[-1] ** 2
    total = np.sum(inner / (0.5 + np.sum(w1 * w1, axis=0))) / units
    for j in range(channels):
        total = total + 2.0 / channels * (0.04 + np.dot(w1[j], w1[j])) ** 0.5
    total = total + np.sum((w2 * (1.0 - np.eye(units))) ** 2) / (2.0 * units)
    for h in range(units):
        total = total + np.sqrt(np.sqrt(np.dot(w3[h], w3[h]) ** 3)) / units
    return total
