"""How often words meet."""
import numpy as np

DAMPING = 0.75


def pair_table(counts: np.ndarray, weight: np.ndarray) -> np.ndarray:
    root = np.sqrt(counts)
    damped = root * np.sqrt(root)
    # The part that is no company is x^2 / c, which is the root of c.
    scaled = damped * np.sqrt(weight / (damped.sum(axis=1) ** 2 - root.sum(axis=1)))[:, None]
    alone = (scaled**2 / np.where(counts > 0, counts, np.inf)).sum(axis=0)
    table = np.einsum("dv,dw->vw", scaled, scaled)
    table[np.diag_indices_from(table)] -= alone
    return table / np.sum(table)


def profiles(table: np.ndarray, letters: np.ndarray, strength: float) -> np.ndarray:
    share = table @ np.ones(len(table))
    doubt = strength / (letters + strength)
    return (table.T / share).T + doubt[:, None] * (share - (table.T / share).T)


def stretch(company: np.ndarray, share: np.ndarray) -> np.ndarray:
    unit = np.sqrt(np.add(share, np.quantile(share, 0.5)))
    away = (company - share) / unit
    return np.maximum(away, 0.0) + np.minimum(away, 0.0) / 2.0
