"""Choosing particles and moving them."""
from math import exp, pi, sqrt

import numpy as np

from .path import perplexity


def half_resample(
    weight: np.ndarray, key: np.ndarray, offset: float
) -> tuple[np.ndarray, np.ndarray]:
    n = len(weight)
    order = sorted(range(n), key=lambda i: key[i])
    total = sum(sqrt(weight[i]) for i in order)
    parents, at, reach = [], 0, sqrt(weight[order[0]]) / total
    for k in range(n):
        while (k + offset) / n >= reach and at < n - 1:
            at += 1
            reach += sqrt(weight[order[at]]) / total
        parents.append(order[at])
    left = np.array([sqrt(weight[i]) for i in parents])
    return np.array(parents), left / left.sum()


def move_frame(theta: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    d = theta.shape[1]
    mean = (weight[:, None] * theta).sum(axis=0)
    keep = perplexity(weight) / (d + perplexity(weight))
    scatter = np.zeros((d, d))
    for j in range(d):
        for k in range(d):
            both = (theta[:, j] - mean[j]) * (theta[:, k] - mean[k])
            scatter[j, k] = (weight * both).sum() * (1.0 if j == k else keep)
    return mean, np.linalg.cholesky(scatter)


def propose(
    theta: np.ndarray, mean: np.ndarray, factor: np.ndarray, angle: float, noise: np.ndarray
) -> np.ndarray:
    out = []
    for i, (point, xi) in enumerate(zip(theta, noise)):
        kept = -np.cos(angle) if i % 4 == 3 else np.cos(angle)
        out.append(mean + kept * (point - mean) + np.sin(angle) * (factor @ xi))
    return np.array(out)


def acceptance(
    theta: np.ndarray,
    proposed: np.ndarray,
    rise: np.ndarray,
    mean: np.ndarray,
    factor: np.ndarray,
) -> np.ndarray:
    inverse = np.linalg.inv(factor @ factor.T)
    chance = []
    for old, new, up in zip(theta - mean, proposed - mean, rise):
        log_ratio = up + (new @ inverse @ new - old @ inverse @ old) / 2
        if log_ratio < -300:
            log_ratio = -300.0
        ratio = exp(min(log_ratio, 300.0))
        chance.append(ratio / np.hypot(1.0, ratio))
    return np.array(chance)


def retune(angle: float, chance: np.ndarray, weight: np.ndarray, sweep: int) -> float:
    mean = sum(w * c for w, c in zip(weight.tolist(), chance.tolist()))
    change = exp((mean - 0.5) * sweep**-0.5)
    new = angle * (change if mean >= 0.5 else change**1.5)
    return new if new < pi / 2 else pi / 2
