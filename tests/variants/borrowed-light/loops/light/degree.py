"""Lending node by node."""
import math

import numpy as np


def lending_matrix(weight, lend, floor):
    nodes = len(weight)
    strength = [sum(row) for row in weight]
    tau = floor * sum(strength) / nodes
    out = np.zeros((nodes, nodes))
    for i, j in zip(*np.nonzero(weight)):
        received = (strength[i] + tau) ** (1 - lend)
        out[i, j] = weight[i, j] / (received * (strength[j] + tau) ** lend)
    return out


def borrowed_part(weight, known, most):
    strength = [sum(row) for row in weight]
    ranked, half = sorted(strength), len(strength) // 2
    middle = ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2
    part = [most * math.sqrt(k / (k + middle)) for k in strength]
    return np.array([a / 2 if seed else a for a, seed in zip(part, known)])


def borrow_light(lending, strength, light, haze):
    out = np.zeros(light.shape)
    for c in range(light.shape[1]):
        glow = sum(k * f for k, f in zip(strength, light[:, c])) / sum(strength)
        for i, row in enumerate(lending):
            lenders = np.flatnonzero(row)
            out[i, c] = sum(row[j] * (light[j, c] - haze * glow) for j in lenders)
    return out
