"""Local scale of the residuals."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ScaleField:
    place: np.ndarray
    residual: np.ndarray
    weight: np.ndarray
    gauge: np.ndarray
    neighbours: int
    prior_mass: float

    def at(self, place: np.ndarray, gauge: np.ndarray) -> np.ndarray:
        root = abs(self.residual) ** 0.5
        base = (root @ self.weight) / self.weight.sum()
        scale = np.zeros(len(place))
        for i in range(len(place)):
            others = np.flatnonzero(self.gauge != gauge[i])
            gap = np.zeros(len(others))
            for j in range(place.shape[1]):
                gap += np.abs(self.place[others, j] - place[i, j])
            reach = np.partition(gap, self.neighbours - 1)[self.neighbours - 1]
            kernel = self.weight[others] * (reach**2 / (reach**2 + gap**2)) ** 2
            top = self.prior_mass * base + np.sum(kernel * root[others])
            scale[i] = (top / (self.prior_mass + np.sum(kernel))) ** 2
        return scale
