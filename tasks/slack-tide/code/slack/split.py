"""The online split of the miscoverage between the two sides."""
import numpy as np


class SplitTracker:
    """State per basin: tension, tilt (G,) and the number of readings learned (G,)."""

    def __init__(self, basins: int, cfg) -> None:
        self.alpha, self.rate, self.tilt_rate = cfg.alpha, cfg.rate, cfg.tilt_rate
        self.tension = np.zeros(basins)
        self.tilt = np.zeros(basins)
        self.learned = np.zeros(basins)

    @property
    def levels(self) -> np.ndarray:
        """Miscoverage (G, 2) granted below and above."""
        budget = 2.0 * self.alpha / (1.0 + np.exp(self.tension))
        upper = 0.1 + 0.8 / (1.0 + np.exp(-self.tilt))
        return np.column_stack([budget * (1.0 - upper), budget * upper])

    def update(self, basin: np.ndarray, miss: np.ndarray, margin: np.ndarray) -> None:
        """Learn from arrivals: basin (A,), graded misses and margins (A, 2)."""
        lean = np.log2(margin[:, 1] / margin[:, 0])
        for home in np.unique(basin):
            rows = basin == home
            below, above = miss[rows].mean(axis=0)
            step = (1.0 + self.learned[home]) ** -0.4
            self.tension[home] += self.rate * step * ((below + above) / self.alpha - 1.0)
            worse = (above - below) / (above + below + self.alpha)
            self.tilt[home] = 0.95 * self.tilt[home] + self.tilt_rate * (lean[rows].mean() - worse)
            self.learned[home] += np.sum(rows)
        common = np.average(self.tension, weights=np.sqrt(self.learned))
        self.tension += 0.1 * (common - self.tension)
