"""Classes pair by pair."""
import math

import numpy as np


def first_beliefs(kin, seeds, label, prior):
    classes = len(prior)
    usual = sum(kin[i, j] ** 2 for i in range(len(kin)) for j in seeds) / (len(kin) * len(seeds))
    known = {int(s): int(c) for s, c in zip(seeds, label)}
    groups = [[s for s, c in known.items() if c == k] for k in range(classes)]
    out = []
    for i in range(len(kin)):
        if i in known:
            out.append([float(c == known[i]) for c in range(classes)])
            continue
        row = []
        for c, group in enumerate(groups):
            mean = sum(kin[i, j] ** 2 for j in group) / len(group)
            row.append(prior[c] * (mean + usual / 5))
        out.append([value / sum(row) for value in row])
    return np.array(out)


def class_contrast(weight, belief):
    classes = belief.shape[1]
    strength = [sum(row) for row in weight]
    mixing = np.zeros((classes, classes))
    for i, j in zip(*np.nonzero(weight)):
        pull = weight[i, j] / math.sqrt(strength[i] * strength[j])
        for c in range(classes):
            for d in range(classes):
                mixing[c, d] += pull * belief[i, c] * belief[j, d]
    mixing = mixing + mixing.sum() / classes**2 / 4
    for c in range(classes):
        mixing[c, :] = mixing[c, :] / sum(mixing[c, :])
    for c in range(classes):
        mixing[:, c] = mixing[:, c] / sum(mixing[:, c])
    even = (mixing + mixing.T) / 2 - 1 / classes
    return even / max(abs(np.linalg.eigvals(even).real))
