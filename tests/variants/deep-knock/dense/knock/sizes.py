"""How large events are."""
import numpy as np


def station_size(loud: np.ndarray, far: np.ndarray) -> np.ndarray:
    way = np.sqrt(np.square(far) + 2.0**2)
    return np.log10(loud) - 1.3 + 1.3 * np.log10(way) + 9e-3 * way - 0.09


def event_sizes(sizes: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    used = np.where(weight > 0.0, sizes, np.nan)
    term = np.zeros(sizes.shape[1])
    for _ in range(2):
        own = np.nanmedian(used - term, axis=1)
        term = np.nanmedian(used - own[:, None], axis=0)
        term -= term.sum() / len(term)
    return own, term


def rate_of_sizes(sizes: np.ndarray, width: float) -> tuple[float, float]:
    bins = np.floor(sizes / width)
    edges = np.arange(bins.min() - 1.0, bins.max() + 2.0)
    smooth = np.clip(2.0 - np.abs(edges[:, None] - bins), 0.0, None).sum(axis=1)
    fullest = edges[smooth == smooth.max()].max()
    near = smooth * (np.abs(edges - fullest) < 1.5)
    least = float(edges @ near / near.sum() * width)
    above = np.sort(sizes)[np.searchsorted(np.sort(sizes), least) :]
    spare = np.sum(above - least) * np.log(10.0)
    return float((len(above) - 1) / spare), least
