"""What training makes small."""
import autograd.numpy as np

from .helpers import log_softmax


def eased_loss(scores: np.ndarray, label: np.ndarray) -> float:
    """Loss of scores (n, C) when label (n,) is right."""
    rows, classes = np.arange(len(label)), scores.shape[1]
    apart = np.abs(np.arange(classes) - label[:, None])
    ease = np.where(apart > 0, 0.5**apart, 0.0)
    goal = 0.12 * ease / ease.sum(axis=1, keepdims=True)
    goal[rows, label] = 0.88
    log_chance = log_softmax(scores)
    effort = np.sqrt(1.0 - np.exp(2.0 * log_chance[rows, label]))
    worth = np.bincount(label)[label] ** (-2.0 / 3.0)
    return -np.sum(worth * effort * np.sum(goal * log_chance, axis=1)) / worth.sum()


def rein(weights: list[np.ndarray]) -> float:
    """Penalty on the network's arrays."""
    w1, _, w2, _, w3, _ = weights
    jumps = np.concatenate([w1[:1], np.diff(w1, axis=0), w1[-1:]])
    rough = np.sum(jumps**2, axis=0) / (0.5 + np.sum(w1**2, axis=0))
    channel = np.sqrt(0.04 + np.sum(w1**2, axis=1))
    crossed = np.sum(w2**2) - np.sum(np.diag(w2) ** 2)
    spoken = np.sum(w3**2, axis=1) ** 0.75
    return np.mean(rough) + 2.0 * np.mean(channel) + 0.5 * crossed / len(w2) + np.mean(spoken)
