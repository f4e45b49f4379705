"""Where to look next."""
import numpy as np


def directions(draws):
    pairs, settings = draws.shape
    lower = np.linalg.cholesky(draws @ draws.T)
    unit = np.linalg.solve(lower, draws)
    unit = np.linalg.solve(np.linalg.cholesky(unit @ unit.T), unit)
    length = (settings * np.sum(draws**2, axis=1)) ** 0.25
    return np.kron([[1.0], [-0.9]], length[:, None] * unit)


def root(shape):
    value, vector = np.linalg.eigh(shape)
    rounder = np.linalg.det(shape) ** (0.15 / len(shape))
    return np.einsum("ik,k,jk->ij", vector, np.sqrt(rounder * value**0.85), vector)
