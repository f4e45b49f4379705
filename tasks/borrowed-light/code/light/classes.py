"""Which classes are neighbours of which."""
import numpy as np


def first_beliefs(
    kin: np.ndarray, seeds: np.ndarray, label: np.ndarray, prior: np.ndarray
) -> np.ndarray:
    """Beliefs (n, K) from words alone; seeds are believed.

    kin (n, n); seeds, label (S,); prior (K,).
    """
    sure = np.eye(len(prior))[label]
    near = kin[:, seeds] ** 2
    belief = prior * (near @ sure / sure.sum(axis=0) + 0.2 * near.mean())
    belief /= belief.sum(axis=1, keepdims=True)
    belief[seeds] = sure
    return belief


def class_contrast(weight: np.ndarray, belief: np.ndarray) -> np.ndarray:
    """Contrast (K, K) between classes, symmetric, from weights (n, n) and beliefs (n, K)."""
    root = np.sqrt(weight.sum(axis=1))
    mixing = belief.T @ (weight / np.outer(root, root)) @ belief
    mixing += 0.25 * mixing.mean()
    mixing /= mixing.sum(axis=1, keepdims=True)
    mixing /= mixing.sum(axis=0, keepdims=True)
    contrast = 0.5 * (mixing + mixing.T) - 1.0 / len(mixing)
    return contrast / np.abs(np.linalg.eigvalsh(contrast)).max()
