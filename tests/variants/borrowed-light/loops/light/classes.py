"""Classes one by one."""
import numpy as np


def first_beliefs(kin, seeds, label, prior):
    n, classes = len(kin), len(prior)
    total = sum(float(kin[i, j]) ** 2 for i in range(n) for j in seeds)
    faint = 0.2 * total / (n * len(seeds))
    belief = np.zeros((n, classes))
    for i in range(n):
        for c in range(classes):
            mine = [kin[i, j] ** 2 for j, own in zip(seeds, label) if own == c]
            belief[i, c] = prior[c] * (sum(mine) / len(mine) + faint)
        belief[i] /= sum(belief[i])
    for j, own in zip(seeds, label):
        belief[j] = 0.0
        belief[j, own] = 1.0
    return belief


def class_contrast(weight, belief):
    k = weight.sum(axis=1)
    classes = belief.shape[1]
    mixing = np.zeros((classes, classes))
    for i, j in zip(*np.nonzero(weight)):
        mixing += weight[i, j] / np.sqrt(k[i] * k[j]) * np.outer(belief[i], belief[j])
    mixing += mixing.sum() / classes**2 / 4
    for row in mixing:
        row /= row.sum()
    for column in mixing.T:
        column /= column.sum()
    contrast = np.empty((classes, classes))
    for a in range(classes):
        for b in range(classes):
            contrast[a, b] = (mixing[a, b] + mixing[b, a]) / 2 - 1 / classes
    return contrast / max(abs(value) for value in np.linalg.eigvals(contrast))
