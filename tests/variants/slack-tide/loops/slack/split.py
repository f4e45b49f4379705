"""The online split of the miscoverage between the two sides."""
import math

import numpy as np


class SplitTracker:
    def __init__(self, basins: int, cfg) -> None:
        self.alpha, self.rate, self.tilt_rate = cfg.alpha, cfg.rate, cfg.tilt_rate
        self.tension = np.zeros(basins)
        self.tilt = np.zeros(basins)
        self.learned = np.zeros(basins)

    @property
    def levels(self) -> np.ndarray:
        out = np.zeros((len(self.tilt), 2))
        for g in range(len(self.tilt)):
            budget = self.alpha * (1 - math.tanh(self.tension[g] / 2))
            upper = 0.5 + 0.4 * math.tanh(self.tilt[g] / 2)
            out[g] = budget - budget * upper, budget * upper
        return out

    def update(self, basin: np.ndarray, miss: np.ndarray, margin: np.ndarray) -> None:
        for g in range(len(self.tension)):
            rows = [i for i in range(len(basin)) if basin[i] == g]
            if not rows:
                continue
            below = sum(miss[i, 0] for i in rows) / len(rows)
            above = sum(miss[i, 1] for i in rows) / len(rows)
            lean = sum(math.log2(margin[i, 1]) - math.log2(margin[i, 0]) for i in rows) / len(rows)
            slowed = self.rate / (1 + self.learned[g]) ** 0.4
            self.tension[g] += slowed * (below + above - self.alpha) / self.alpha
            pull = lean + (below - above) / (below + above + self.alpha)
            self.tilt[g] += self.tilt_rate * pull - 0.05 * self.tilt[g]
            self.learned[g] += len(rows)
        roots = self.learned**0.5
        self.tension = 0.9 * self.tension + 0.1 * (roots @ self.tension) / roots.sum()
