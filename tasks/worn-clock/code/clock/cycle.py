"""The shape of a season."""
import numpy as np


def fold_cycle(rest: np.ndarray, place: np.ndarray, bins: int) -> np.ndarray:
    """Shape (bins,) of the season, from a series (n,) with gaps and the places (n,) in it."""
    seen = np.isfinite(rest)
    spot = place[seen] * bins
    low = np.floor(spot).astype(np.int64)
    part = spot - low
    total, mass = np.zeros(bins), np.full(bins, 0.5)
    for at, weight in ((low % bins, 1.0 - part), ((low + 1) % bins, part)):
        total += np.bincount(at, weights=weight * rest[seen], minlength=bins)
        mass += np.bincount(at, weights=weight, minlength=bins)
    shape = total / mass
    shape = 0.25 * np.roll(shape, 1) + 0.5 * shape + 0.25 * np.roll(shape, -1)
    shape -= shape.mean()
    return shape / np.sqrt(np.mean(shape**2))


def read_cycle(shape: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Value (...) of the season at places (...), from its shape (bins,)."""
    spot = place % 1.0 * len(shape)
    low = np.floor(spot).astype(np.int64)
    part = spot - low
    return (1.0 - part) * shape[low % len(shape)] + part * shape[(low + 1) % len(shape)]
