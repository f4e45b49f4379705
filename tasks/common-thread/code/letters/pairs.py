"""How often words meet."""
import numpy as np

DAMPING = 0.75


def pair_table(counts: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Table of pairs (V, V), which sums to one, from counts (D, V) and weights (D,)."""
    damped = counts**DAMPING
    twice = np.where(counts > 0, damped**2 / np.maximum(counts, 1.0), 0.0)
    pairs = damped.sum(axis=1) ** 2 - twice.sum(axis=1)
    each = weight / pairs
    table = damped.T @ (each[:, None] * damped) - np.diag(each @ twice)
    return table / table.sum()


def profiles(table: np.ndarray, letters: np.ndarray, strength: float) -> np.ndarray:
    """Company (V, V) that each word keeps, from the table and the letters (V,) it is in."""
    share = table.sum(axis=1)
    own = table / share[:, None]
    trust = letters / (letters + strength)
    trust = trust[:, None]
    return trust * own + (1.0 - trust) * share


def stretch(company: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Company (n, V) as points, in which distances are taken; share (V,) of the words."""
    away = company - share
    away = np.where(away < 0.0, 0.5 * away, away)
    return away / np.sqrt(share + np.median(share))
