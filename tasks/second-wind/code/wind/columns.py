"""Columns of the nuisance regressions."""
import numpy as np


def bent_columns(features: np.ndarray, term: np.ndarray) -> np.ndarray:
    """Columns (n, p) of the regressions from features (n, F) and the terms (n,) of the rows."""
    centre = np.median(features, axis=0)
    unit = (features - centre) / np.sqrt(np.mean((features - centre) ** 2, axis=0))
    stiff = np.where(unit > 0.0, 1.0, 3.0)
    bent = unit / np.cbrt(1.0 + stiff * np.abs(unit) ** 1.5)
    slip = bent[:, 1:2]
    others = np.delete(bent, 1, axis=1)
    pace = 1.0 / term[:, None]
    one = np.ones((len(term), 1))
    return np.hstack([one, bent, slip * others, slip * np.abs(slip), pace, pace * bent[:, :1]])
