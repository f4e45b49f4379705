"""Which layers are thawed."""
import numpy as np


def needs(net, slopes):
    parts = len(slopes)
    agreements, wants = [], []
    for k, (matrix, _) in enumerate(net):
        pulls = np.stack([np.append(slope[k][0], slope[k][1]) for slope in slopes])
        gram = pulls @ pulls.T
        own = np.trace(gram)
        agreement = (gram.sum() / own - 1.0) / (parts - 1.0)
        force = np.sqrt(np.diag(gram)).sum() / (parts + parts * np.linalg.norm(matrix))
        agreements.append(agreement)
        wants.append(force * (0.25 + agreement + agreement**2))
    return np.array(agreements), np.array(wants)


class Thaw:
    """thawed: by layer, whether it is; first and smooth: needs at the first check, and smoothed
    ones, None before it; rest: for how many checks a layer stays frozen."""

    def __init__(self, level: float, chill: float) -> None:
        self.level, self.chill = level, chill
        self.thawed = [False, False, False, True]
        self.first = None
        self.smooth = None
        self.rest = [0, 0, 0, 0]

    def check(self, agreement, need):
        if self.first is None:
            self.first = self.smooth = np.array(need)
        self.smooth = (3.0 * self.smooth + 2.0 * np.asarray(need)) / 5.0
        warm, rest = np.array(self.thawed), np.maximum(np.array(self.rest) - 1, 0)
        chilled = warm & (np.asarray(agreement) < self.chill)
        chilled[3] = False
        rest[chilled] = 2
        warm &= ~chilled
        left = self.smooth / self.first
        ready = np.flatnonzero(~warm & (rest == 0))
        if ready.size and left[ready.max()] > self.level * left[warm].mean():
            warm[ready.max()] = True
        self.thawed, self.rest = warm.tolist(), rest.tolist()
