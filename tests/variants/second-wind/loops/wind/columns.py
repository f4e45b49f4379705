"""Columns of the nuisance regressions."""
import numpy as np


def bent_columns(features: np.ndarray, term: np.ndarray) -> np.ndarray:
    rows, width = features.shape
    bent = np.zeros((rows, width))
    for j in range(width):
        away = features[:, j] - np.quantile(features[:, j], 0.5)
        unit = away / (np.linalg.norm(away) / rows**0.5)
        for i, u in enumerate(unit):
            stiff = 1 if u > 0 else 3
            bent[i, j] = u * (1 + stiff * abs(u) ** 1.5) ** (-1 / 3)
    out = [np.ones(rows), *bent.T]
    for j in range(width):
        if j != 1:
            out.append(bent[:, 1] * bent[:, j])
    out.append(np.sign(bent[:, 1]) * bent[:, 1] ** 2)
    out.append(1.0 / term)
    out.append(bent[:, 0] / term)
    return np.array(out).T
