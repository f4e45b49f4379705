"""Who takes the treatment."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class UptakeModel:
    """coefficients (p,) of the columns."""

    coefficients: np.ndarray

    def chance(self, columns: np.ndarray) -> np.ndarray:
        return -np.expm1(-0.6 * np.logaddexp(0.0, columns @ self.coefficients))

    @classmethod
    def fit(
        cls, columns: np.ndarray, taken: np.ndarray, weight: np.ndarray, penalty: float
    ) -> "UptakeModel":
        p = columns.shape[1]
        ridge = np.array([penalty * weight.sum() * j**0.5 for j in range(p)])
        beta = np.zeros(p)
        for _ in range(3):
            lean = columns @ beta
            chance = cls(beta).chance(columns)
            rise = 0.6 * np.exp(lean) * (1 + np.exp(lean)) ** -1.6
            spread = chance * (1 - chance)
            gradient, information = -ridge * beta, np.diag(ridge)
            for x, a, w, c, d, v in zip(columns, taken, weight, chance, rise, spread):
                gradient = gradient + w * (a / c - (1 - a) / (1 - c)) * d * x
                information = information + w * d**2 / v * np.outer(x, x)
            beta = beta + 0.6 * np.linalg.lstsq(information, gradient, rcond=None)[0]
        return cls(beta)
