"""How good firings are, and how sure that is."""
import numpy as np


def merits(loss, strain, strayed, debt):
    over = np.where(strain > 0.0, strain, 0.0)
    return loss + 3.0 * strayed + 2.0 * debt * ((over + 0.25) ** 2 - 0.0625)


def next_debt(debt, strain):
    over = np.clip(strain, 0.0, None)
    return float(debt * np.exp(0.42 - 0.6 * np.mean(0.05 / (over + 0.05))))


def next_noise(noise, before, again):
    fresh = 2.0 * np.var([before, again])
    return float(np.sqrt(fresh if noise is None else 0.75 * noise * noise + 0.25 * fresh))


def soft_ranks(merit, noise):
    apart = np.subtract.outer(merit, merit)
    scale = np.sqrt(2.0) * noise + 1e-3
    beaten = apart / np.hypot(scale, apart)
    return (len(merit) - 1.0 + beaten.sum(axis=1)) / 2.0


def shares(rank):
    left = np.power(len(rank) - rank, 3)
    return left / np.sum(left)
