"""How large events are."""
import numpy as np


def station_size(loud: np.ndarray, far: np.ndarray) -> np.ndarray:
    """Size (...) from the amplitude at a distance in km."""
    near = np.sqrt(far**2 + 4.0)
    return np.log10(loud) + 1.3 * np.log10(near / 10.0) + 0.009 * (near - 10.0)


def event_sizes(sizes: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sizes (E,) of events and terms (S,) of stations, from sizes and weight (E, S)."""
    own, term = np.zeros(len(sizes)), np.zeros(sizes.shape[1])
    for _ in range(2):
        for event, used in enumerate(weight > 0.0):
            own[event] = np.median((sizes[event] - term)[used])
        for station, used in enumerate((weight > 0.0).T):
            term[station] = np.median((sizes[:, station] - own)[used])
        term = term - term.mean()
    return own, term


def rate_of_sizes(sizes: np.ndarray, width: float) -> tuple[float, float]:
    """Slope of the logarithm of the number of events by size, and the least complete size."""
    bins = np.floor(sizes / width).astype(np.int64)
    counts = np.pad(np.bincount(bins - bins.min()), 2)
    smooth = counts[:-2] + 2 * counts[1:-1] + counts[2:]
    around = len(smooth) - 1 - int(np.argmax(smooth[::-1])) + np.arange(-1, 2)
    least = (bins.min() - 1 + np.average(around, weights=smooth[around])) * width
    above = sizes[sizes >= least]
    slope = (len(above) - 1) / len(above) * np.log10(np.e) / (np.mean(above) - least)
    return float(slope), float(least)
