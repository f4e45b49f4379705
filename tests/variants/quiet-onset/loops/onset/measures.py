"""What the measures do, by a square-root scaled least-squares problem."""
import numpy as np


def felt(measures, rise, fall):
    inner = [0.0] * measures.shape[1]
    for t in range(len(measures)):
        for m, goal in enumerate(measures[t]):
            pace = rise if goal > inner[m] else fall
            inner[m] = inner[m] * (1 - 1 / pace) + goal / pace
        yield np.array([value * value**0.5 for value in inner])


def _ridge(y, x, weight, ridge):
    p = weight / weight.sum()
    mean_x = np.average(x, axis=0, weights=weight)
    mean_y = np.average(y, weights=weight)
    root = np.sqrt(p)[:, None] * (x - mean_x)
    extra = np.diag((ridge * np.sqrt((root**2).sum(axis=0))) ** 0.5)
    a = np.vstack([root, extra])
    b = np.concatenate([np.sqrt(p) * (y - mean_y), np.zeros(x.shape[1])])
    slopes = np.linalg.lstsq(a, b, rcond=None)[0]
    return mean_y - mean_x @ slopes, slopes


def measure_effects(log_r, stringency, weight, ridge):
    base, slopes = _ridge(log_r, stringency, weight, ridge)
    error = np.abs(base + stringency @ slopes - log_r)
    typical = np.median([e for e, w in zip(error, weight) if w > 0])
    base, slopes = _ridge(
        log_r, stringency, weight * typical**2 / (typical**2 + error**2), ridge
    )
    return float(base), slopes
