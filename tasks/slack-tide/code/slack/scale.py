"""Local scale of the residuals."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ScaleField:
    """Anchors: place (R, d), residual, weight, gauge (R,); neighbours, prior_mass as configured."""

    place: np.ndarray
    residual: np.ndarray
    weight: np.ndarray
    gauge: np.ndarray
    neighbours: int
    prior_mass: float

    def at(self, place: np.ndarray, gauge: np.ndarray) -> np.ndarray:
        """Scale (Q,), in units of the residuals, at place (Q, d) for readings of gauge (Q,)."""
        root = np.sqrt(np.abs(self.residual))
        base = np.average(root, weights=self.weight)
        gap = np.abs(place[:, None, :] - self.place[None, :, :]).sum(axis=2)
        gap = np.where(gauge[:, None] == self.gauge[None, :], np.inf, gap)
        nearest = self.neighbours - 1
        reach = np.partition(gap, nearest, axis=1)[:, nearest, None]
        kernel = self.weight / (1.0 + (gap / reach) ** 2) ** 2
        mixed = kernel @ root + self.prior_mass * base
        return (mixed / (kernel.sum(axis=1) + self.prior_mass)) ** 2
