"""Making weights agree with the register."""
import numpy as np


def calibrate(
    weight: np.ndarray, columns: np.ndarray, totals: np.ndarray, slack: float
) -> np.ndarray:
    give = np.diag(slack * np.einsum("i,ij,ij->j", weight, columns, columns))
    def lower(force: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        lean = np.einsum("ij,j->i", columns, force)
        down = np.exp(np.clip(lean, None, 0.0))
        return down, down + np.clip(lean, 0.0, None)

    force = np.zeros_like(totals)
    for _ in range(3):
        slope, factor = lower(force)
        bend = np.einsum("i,ij,ik->jk", weight * slope, columns, columns) + give
        missing = totals - columns.T @ (weight * factor) - give @ force
        force = force + np.linalg.lstsq(bend, 0.7 * missing, rcond=None)[0]
    return weight * lower(force)[1]


def trim_weights(weight: np.ndarray, district: np.ndarray, reach: float) -> np.ndarray:
    roof = np.zeros(district.max() + 1)
    for d in np.unique(district):
        roof[d] = reach * np.quantile(weight[district == d], 0.5)
    cut = np.maximum(weight - roof[district], 0.0)
    root = np.sqrt(weight) * (cut == 0.0)
    lost = np.bincount(district, weights=cut)
    return weight - cut + (lost / np.bincount(district, weights=root))[district] * root
