"""How good firings are, and how sure that is."""
import math

import numpy as np


def merits(loss, strain, strayed, debt):
    out = []
    for f, psi, far in zip(loss, strain, strayed):
        price = debt * psi * (1.0 + 2.0 * psi) if psi > 0.0 else 0.0
        out.append(f + price + 3.0 * far)
    return np.array(out)


def next_debt(debt, strain):
    much = sum(psi / (psi + 0.05) for psi in strain if psi > 0.0) / len(strain)
    return debt * math.exp(0.6 * much - 0.18)


def next_noise(noise, before, again):
    if noise is None:
        return abs(again - before) / math.sqrt(2.0)
    return math.sqrt((6.0 * noise**2 + (again - before) ** 2) / 8.0)


def soft_ranks(merit, noise):
    rank = []
    for i, mine in enumerate(merit):
        total = 0.0
        for j, other in enumerate(merit):
            if j != i:
                e = (mine - other) / (0.001 + math.sqrt(2.0) * noise)
                total += 0.5 * (1.0 + math.sin(math.atan(e)))
        rank.append(total)
    return np.array(rank)


def shares(rank):
    raw = [(len(rank) - r) ** 3 for r in rank]
    return np.array([part / sum(raw) for part in raw])
