"""Accumulating exposure over sampled lists."""
import numpy as np


class ExposureLedger:
    """Running exposure: mass (U, I) over the lists booked so far."""

    def __init__(self, n_users: int, n_items: int) -> None:
        self.mass = np.zeros((n_users, n_items))
        self.lists = 0

    def add(self, ranking: np.ndarray, seen: np.ndarray) -> None:
        """Book one list per user: ranking (U, depth), seen (U, depth)."""
        notice = seen * (1.0 - 0.75 * seen)
        attention = notice.sum(axis=1, keepdims=True)
        booked = notice / np.sqrt(attention)
        users = np.arange(ranking.shape[0])[:, None]
        self.mass[users, ranking] += booked
        self.lists += 1

    def average(self) -> np.ndarray:
        """Exposure (U, I) per list."""
        return self.mass / self.lists
