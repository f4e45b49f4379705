"""Readings of which a part is hidden."""
import autograd.numpy as np


def kin_weights(signal: np.ndarray, stock: np.ndarray) -> np.ndarray:
    """Weights (m, K) of the stock (K, d) for each signal (m, d)."""
    apart = np.mean(np.abs(signal[:, None, :] - stock) ** 1.5, axis=2)
    near = (1.0 + apart / np.median(apart, axis=1, keepdims=True)) ** -3.0
    near = near / near.sum(axis=1, keepdims=True)
    return 0.8 * near + 0.2 / len(stock)


def obscure(
    mask: np.ndarray, signal: np.ndarray, stock: np.ndarray, kin: np.ndarray
) -> np.ndarray:
    """Signals (m, K, d) of which the mask (m, d) lets through a part.

    signal (m, d); stock (K, d); kin (m, K).
    """
    left = np.concatenate([mask[:, :1], mask[:, :-1]], axis=1)
    right = np.concatenate([mask[:, 1:], mask[:, -1:]], axis=1)
    open_ = (left + 6.0 * mask + right) / 8.0
    usual = kin @ stock
    steady = open_ * signal + (1.0 - open_) * usual
    return steady[:, None, :] + np.sqrt(1.0 - open_**2)[:, None, :] * (stock - usual[:, None, :])
