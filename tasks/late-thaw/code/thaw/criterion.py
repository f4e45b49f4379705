"""Which layers are thawed."""
import numpy as np


def needs(
    net: list[list[np.ndarray]], slopes: list[list[list[np.ndarray]]]
) -> tuple[np.ndarray, np.ndarray]:
    """Agreement and need (4,) of the layers, from the gradients on each part of the days."""
    agreement, need = [], []
    for layer, (matrix, _) in enumerate(net):
        flat = np.array([np.concatenate([a.ravel() for a in slope[layer]]) for slope in slopes])
        own = np.sum(flat**2)
        both = np.sum(flat.sum(axis=0) ** 2)
        agreement.append((both - own) / ((len(slopes) - 1.0) * own))
        force = np.mean(np.sqrt(np.sum(flat**2, axis=1))) / (1.0 + np.sqrt(np.sum(matrix**2)))
        need.append(force * (0.5 + agreement[-1]) ** 2)
    return np.array(agreement), np.array(need)


class Thaw:
    """thawed: by layer, whether it is; first and smooth: needs at the first check, and smoothed
    ones, None before it; rest: for how many checks a layer stays frozen."""

    def __init__(self, level: float, chill: float) -> None:
        self.level, self.chill = level, chill
        self.thawed = [False, False, False, True]
        self.first: np.ndarray | None = None
        self.smooth: np.ndarray | None = None
        self.rest = [0, 0, 0, 0]

    def check(self, agreement: np.ndarray, need: np.ndarray) -> None:
        """Freeze and thaw layers, from agreements and needs (4,)."""
        if self.first is None:
            self.first = self.smooth = need
        self.smooth = 0.6 * self.smooth + 0.4 * need
        self.rest = [max(left - 1, 0) for left in self.rest]
        for layer in range(3):
            if self.thawed[layer] and agreement[layer] < self.chill:
                self.thawed[layer], self.rest[layer] = False, 2
        ready = [k for k in range(3) if not self.thawed[k] and self.rest[k] == 0]
        if ready:
            left = self.smooth / self.first
            if left[ready[-1]] > self.level * np.mean(left[self.thawed]):
                self.thawed[ready[-1]] = True
