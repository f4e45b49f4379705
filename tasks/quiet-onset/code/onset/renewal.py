"""The renewal equation by age."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Renewal:
    """generation (A, A) next-generation matrix, law (S + 1,) of generation lags,
    population (A,), leak: infectiousness of an arrival relative to a local case."""

    generation: np.ndarray
    law: np.ndarray
    population: np.ndarray
    leak: float

    @property
    def arrival_law(self) -> np.ndarray:
        """Law (S + 1,) of the lag from an infected person's arrival to the infections caused."""
        left = self.law[::-1].cumsum()[::-1]
        left[0] = 0.0
        return left / left.sum()

    def pressure(self, infections: np.ndarray, imported: np.ndarray) -> np.ndarray:
        """Expected infections (T, A) at a reproduction number of one.

        infections and imported (T, A), by day of infection and by day of arrival.
        """
        n_days = infections.shape[0]
        source = np.zeros_like(infections)
        for lag, (home, away) in enumerate(zip(self.law, self.arrival_law)):
            until = n_days - lag
            source[lag:] += home * infections[:until] + self.leak * away * imported[:until]
        past = infections.cumsum(axis=0) - infections
        spared = (1.0 - past / self.population) ** 1.5
        return spared * (source @ self.generation.T)
