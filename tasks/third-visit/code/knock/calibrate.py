"""Making weights agree with the register."""
import numpy as np


def calibrate(
    weight: np.ndarray, columns: np.ndarray, totals: np.ndarray, slack: float
) -> np.ndarray:
    """Weights (n,) near the given ones that bring columns (n, q) towards their totals (q,)."""
    give = slack * weight @ columns**2
    force = np.zeros(len(totals))
    for _ in range(3):
        lean = columns @ force
        factor = np.where(lean < 0.0, np.exp(lean), 1.0 + lean)
        slope = np.where(lean < 0.0, factor, 1.0)
        missing = totals - (weight * factor) @ columns - give * force
        bend = columns.T @ ((weight * slope)[:, None] * columns) + np.diag(give)
        force = force + 0.7 * np.linalg.solve(bend, missing)
    lean = columns @ force
    return weight * np.where(lean < 0.0, np.exp(lean), 1.0 + lean)


def trim_weights(weight: np.ndarray, district: np.ndarray, reach: float) -> np.ndarray:
    """Weights (n,) without those that stand out in their district (n,)."""
    trimmed = weight.copy()
    for d in np.unique(district):
        rows = np.flatnonzero(district == d)
        roof = reach * np.median(weight[rows])
        high = weight[rows] > roof
        excess = (weight[rows][high] - roof).sum()
        low = rows[~high]
        trimmed[rows[high]] = roof
        trimmed[low] += excess * np.sqrt(weight[low]) / np.sqrt(weight[low]).sum()
    return trimmed
