"""Who takes the treatment."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class UptakeModel:
    """coefficients (p,) of the columns."""

    coefficients: np.ndarray

    def chance(self, columns: np.ndarray) -> np.ndarray:
        """Probability (n,) of taking the treatment, from columns (n, p)."""
        lean = columns @ self.coefficients
        return 1.0 - (1.0 + np.exp(lean)) ** -0.6

    @classmethod
    def fit(
        cls, columns: np.ndarray, taken: np.ndarray, weight: np.ndarray, penalty: float
    ) -> "UptakeModel":
        """Fit to columns (n, p), taken and weight (n,)."""
        ridge = penalty * weight.sum() * np.sqrt(np.arange(columns.shape[1]))
        model = cls(np.zeros(columns.shape[1]))
        for _ in range(3):
            chance = model.chance(columns)
            slope = 0.6 * (1.0 - (1.0 - chance) ** (1.0 / 0.6)) / chance
            gradient = columns.T @ (weight * slope * (taken - chance))
            gradient = gradient - ridge * model.coefficients
            curve = weight * slope**2 * chance * (1.0 - chance)
            information = columns.T @ (curve[:, None] * columns) + np.diag(ridge)
            model = cls(model.coefficients + 0.6 * np.linalg.solve(information, gradient))
        return model
