"""Lending node by node."""
import numpy as np


def lending_matrix(weight, lend, floor):
    n = len(weight)
    k = [row.sum() for row in weight]
    tau = floor * sum(k) / n
    out = np.zeros((n, n))
    for i in range(n):
        for j in np.flatnonzero(weight[i]):
            out[i, j] = weight[i, j] / ((k[i] + tau) ** (1 - lend) * (k[j] + tau) ** lend)
    return out


def borrowed_part(weight, known, most):
    k = np.array([row.sum() for row in weight])
    ranked = sorted(k)
    half = len(k) // 2
    middle = ranked[half] if len(k) % 2 else (ranked[half - 1] + ranked[half]) / 2
    out = np.empty(len(k))
    for i, own in enumerate(k):
        out[i] = most * (own / (own + middle)) ** 0.5 / (2 if known[i] else 1)
    return out


def borrow_light(lending, strength, light, haze):
    out = np.zeros(light.shape)
    for c in range(light.shape[1]):
        met = sum(k * f for k, f in zip(strength, light[:, c])) / sum(strength)
        for i, row in enumerate(lending):
            out[i, c] = row @ light[:, c] - haze * met * row.sum()
    return out
