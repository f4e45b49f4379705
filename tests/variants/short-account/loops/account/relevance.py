"""Relevance maps."""
from collections.abc import Callable

import autograd.numpy as np
from autograd import make_vjp

Cost = Callable[[np.ndarray], np.ndarray]


def relevance_map(distort, spend, shape, price, steps, pace):
    theta = np.zeros(shape)
    kept = (steps + 3) // 4
    total = np.zeros(shape)
    for k in range(1, steps + 1):
        hidden = 1.0 / (1.0 + np.exp(theta))
        mask = 0.98 - 0.96 * hidden
        pull, _ = make_vjp(distort)(mask)
        charge, _ = make_vjp(spend)(mask)
        ones = np.ones(shape[0])
        slope = (pull(ones) + price * k / steps * charge(ones)) * 0.96 * hidden * (1.0 - hidden)
        for i in range(shape[0]):
            theta[i] -= pace * slope[i] * (np.mean(np.abs(slope[i])) + 0.01) ** -0.5
        if k > steps - kept:
            total += 0.98 - 0.96 / (1.0 + np.exp(theta))
    return total / kept
