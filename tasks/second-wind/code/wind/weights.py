"""Weights of the treatments that were taken."""
import numpy as np


def history_weights(
    chance: np.ndarray, taken: np.ndarray, mass: np.ndarray, pupil: np.ndarray, term: np.ndarray
) -> np.ndarray:
    """Stabilised weights (n,) of the rows; all arguments (n,)."""
    hits = np.bincount(term, weights=mass * taken)
    usual = ((hits + 1.0) / (np.bincount(term, weights=mass) + 2.0))[term]
    ratio = np.where(taken > 0.0, usual / chance, (1.0 - usual) / (1.0 - chance))
    panel = np.zeros((pupil.max() + 1, term.max() + 1))
    panel[pupil, term] = np.log(ratio)
    for t in range(1, panel.shape[1]):
        panel[:, t] += 0.5 * panel[:, t - 1]
    return np.exp(panel[pupil, term])


def ease_weights(weight: np.ndarray, taken: np.ndarray, mass: np.ndarray) -> np.ndarray:
    """Weights (n,) after trimming and scaling; all arguments (n,)."""
    out = np.empty(len(weight))
    for arm in (0, 1):
        rows = taken == arm
        logs = np.log(weight[rows])
        middle = logs.mean()
        spread = np.sqrt(np.average((logs - middle) ** 2, weights=mass[rows]))
        excess = np.maximum(logs - middle - spread, 0.0)
        floor = np.maximum(logs, middle - 1.5 * spread)
        eased = np.exp(floor - excess) * np.sqrt(1.0 + 2.0 * excess)
        out[rows] = eased * mass.sum() / (mass[rows] @ eased)
    return out
