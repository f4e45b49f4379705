"""The renewal equation, lag by day."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Renewal:
    generation: np.ndarray
    law: np.ndarray
    population: np.ndarray
    leak: float

    @property
    def arrival_law(self):
        n = len(self.law)
        mean = sum(s * self.law[s] for s in range(n))
        return np.array([0.0] + [self.law[s:].sum() / mean for s in range(1, n)])

    def pressure(self, infections, imported):
        days, ages = infections.shape
        away = self.leak * self.arrival_law
        out = np.empty((days, ages))
        left = self.population.astype(float)
        for t in range(days):
            span = min(len(self.law) - 1, t)
            past = slice(t - span, t + 1)
            source = self.law[span::-1] @ infections[past] + away[span::-1] @ imported[past]
            share = left / self.population
            out[t] = share * np.sqrt(share) * (self.generation @ source)
            left = left - infections[t]
        return out
