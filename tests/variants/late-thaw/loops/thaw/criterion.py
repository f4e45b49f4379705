"""Which layers are thawed."""
import numpy as np


def needs(net, slopes):
    parts = len(slopes)
    agreement, need = np.zeros(len(net)), np.zeros(len(net))
    for k in range(len(net)):
        def dot(p, q, k=k):
            return sum(np.sum(a * b) for a, b in zip(slopes[p][k], slopes[q][k]))

        square = [dot(p, p) for p in range(parts)]
        cross = sum(2.0 * dot(p, q) for p in range(parts) for q in range(p))
        agreement[k] = cross / ((parts - 1) * sum(square))
        force = sum(s**0.5 for s in square) / parts / (1.0 + np.linalg.norm(net[k][0]))
        need[k] = force * (agreement[k] + 0.5) ** 2
    return agreement, need


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
        if self.smooth is None:
            self.first, self.smooth = need.copy(), need.copy()
        else:
            self.smooth = self.smooth + 0.4 * (need - self.smooth)
        for k in (2, 1, 0):
            if self.rest[k]:
                self.rest[k] -= 1
            elif self.thawed[k] and agreement[k] < self.chill:
                self.thawed[k] = False
                self.rest[k] = 2
        free = [k for k in range(4) if self.thawed[k]]
        mean = sum(self.smooth[k] / self.first[k] for k in free) / len(free)
        for k in (2, 1, 0):
            if not self.thawed[k] and not self.rest[k]:
                self.thawed[k] = bool(self.smooth[k] / self.first[k] > self.level * mean)
                return
