"""Nodes whose label is known, or taken as known."""
import numpy as np


def class_priors(label: np.ndarray, classes: int) -> np.ndarray:
    """Prior (K,) of each class, from the labels (S,) of the seeds."""
    return (np.bincount(label, minlength=classes) + 1.0) / (len(label) + classes)


def seed_light(label: np.ndarray, strength: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Light (S, K) of seeds with the labels and strengths (S,)."""
    power = prior[label] ** -0.5 * (strength / strength.mean()) ** -0.25
    return power[:, None] * (np.eye(len(prior))[label] - prior)


def deal_seeds(label: np.ndarray, strength: np.ndarray, folds: int) -> np.ndarray:
    """Fold (S,) of each seed, from labels and strengths (S,)."""
    order = np.lexsort((-strength, label))
    turn = np.arange(len(label)) % (2 * folds)
    fold = np.empty(len(label), dtype=np.int64)
    fold[order] = np.minimum(turn, 2 * folds - 1 - turn)
    return fold


def promote(
    belief: np.ndarray, known: np.ndarray, prior: np.ndarray, share: float
) -> np.ndarray:
    """Class (n,) that nodes are promoted to, -1 for the others.

    belief (n, K); known (n,): boolean, whether a seed; prior (K,).
    """
    ranked = np.sort(belief, axis=1)
    margin = ranked[:, -1] - ranked[:, -2]
    best = np.argmax(belief, axis=1)
    out = np.full(len(belief), -1)
    for c, part in enumerate(prior):
        quota = int(share * part * (~known).sum())
        able = np.flatnonzero(~known & (best == c))
        out[able[np.argsort(-margin[able], kind="stable")[:quota]]] = c
    return out
