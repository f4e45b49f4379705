"""Lenders by an inverse and by ranks."""
import numpy as np


def lender_shares(lending, part, seeds):
    whole = np.linalg.inv(np.eye(len(part)) - np.diag(part) @ lending) * (1.0 - part)
    return whole[:, seeds] / whole[:, seeds].sum(axis=1)[:, None]


def effective_lenders(share):
    return 1.0 / np.einsum("ij,ij->i", share, np.sqrt(share)) ** 2


def inequality(total):
    first, second = np.triu_indices(len(total), k=1)
    pairs = np.abs(total[first] - total[second]).mean()
    return float(pairs * len(total) / (2.0 * total.sum()))
