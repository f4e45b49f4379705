"""Districts that borrow from each other."""
import numpy as np


def area_fit(
    mean: np.ndarray, variance: np.ndarray, columns: np.ndarray
) -> tuple[np.ndarray, float]:
    count, known = columns.shape
    apart = float(np.median(variance))
    for _ in range(4):
        unit = (variance + apart) ** -0.5
        slopes, *_ = np.linalg.lstsq(unit[:, None] * columns, unit * mean, rcond=None)
        squares = [float(u * (y - x @ slopes)) ** 2 for u, y, x in zip(unit, mean, columns)]
        apart *= (sum(squares) / (count - known)) ** 0.7
    return slopes, apart


def shrink_districts(
    mean: np.ndarray, variance: np.ndarray, fitted: np.ndarray, apart: float
) -> tuple[np.ndarray, np.ndarray]:
    doubt = 2 / sum((apart + psi) ** -2 for psi in variance)
    estimates, errors = [], []
    for y, psi, line in zip(mean, variance, fitted):
        both = apart + psi
        z = (y - line) / both**0.5
        half = (z - min(max(z, -1.0), 1.0)) / 2
        estimates.append(line + apart / both**0.5 * (z - half))
        errors.append((apart * psi / both + psi**2 / both**3 * doubt) ** 0.5)
    return np.array(estimates), np.array(errors)


def benchmark(
    estimate: np.ndarray, error: np.ndarray, share: np.ndarray, total: float
) -> np.ndarray:
    give = [e * (e * h) ** 0.5 for e, h in zip(error, share)]
    missing = total - sum(h * y for h, y in zip(share, estimate))
    scale = missing / sum(h * g for h, g in zip(share, give))
    return np.array([y + scale * g for y, g in zip(estimate, give)])
