"""Whose light it is."""
import numpy as np


def lender_shares(lending: np.ndarray, part: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """Share (n, S) of each seed in the light of each node; lending (n, n), part (n,)."""
    system = np.eye(len(part)) - part[:, None] * lending
    unit = np.zeros((len(part), len(seeds)))
    unit[seeds, np.arange(len(seeds))] = 1.0 - part[seeds]
    reach = np.linalg.solve(system, unit)
    return reach / reach.sum(axis=1, keepdims=True)


def effective_lenders(share: np.ndarray) -> np.ndarray:
    """Effective number (m,) of lenders, from shares (m, S)."""
    return (share**1.5).sum(axis=1) ** -2.0


def inequality(total: np.ndarray) -> float:
    """Inequality of the seeds' totals (S,), 0 to 1."""
    gap = np.abs(total[:, None] - total[None, :]).sum()
    return float(gap / (2.0 * (len(total) - 1) * total.sum()))
