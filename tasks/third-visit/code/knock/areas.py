"""Districts that borrow from each other."""
import numpy as np


def area_fit(
    mean: np.ndarray, variance: np.ndarray, columns: np.ndarray
) -> tuple[np.ndarray, float]:
    """Coefficients (q,) and the variance between districts.

    mean, variance (D,); columns (D, q).
    """
    apart = float(np.median(variance))
    spare = columns.shape[0] - columns.shape[1]
    for _ in range(4):
        weight = 1.0 / (variance + apart)
        bend = columns.T @ (weight[:, None] * columns)
        slopes = np.linalg.solve(bend, columns.T @ (weight * mean))
        miss = (weight * (mean - columns @ slopes) ** 2).sum() / spare
        apart = apart * miss**0.7
    return slopes, apart


def shrink_districts(
    mean: np.ndarray, variance: np.ndarray, fitted: np.ndarray, apart: float
) -> tuple[np.ndarray, np.ndarray]:
    """Composite estimates and their errors (D,)."""
    keep = apart / (apart + variance)
    unit = np.sqrt(apart + variance)
    z = (mean - fitted) / unit
    bent = np.where(np.abs(z) > 1.0, 0.5 * (z + np.sign(z)), z)
    doubt = 2.0 / (1.0 / (apart + variance) ** 2).sum()
    extra = variance**2 / (apart + variance) ** 3 * doubt
    return fitted + keep * unit * bent, np.sqrt(keep * variance + extra)


def benchmark(
    estimate: np.ndarray, error: np.ndarray, share: np.ndarray, total: float
) -> np.ndarray:
    """Estimates (D,) whose mean under the shares (D,) is the total."""
    give = error**1.5 * np.sqrt(share)
    return estimate + (total - share @ estimate) * give / (share @ give)
