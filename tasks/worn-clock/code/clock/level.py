"""Level and scale that spikes don't move."""
import numpy as np


def weighted_median(value: np.ndarray, weight: np.ndarray) -> float:
    """Median of values (m,) with weights (m,)."""
    order = np.argsort(value, kind="stable")
    mass = weight[order]
    place = (np.cumsum(mass) - 0.5 * mass) / mass.sum()
    return float(np.interp(0.5, place, value[order]))


def running_level(value: np.ndarray, half: int) -> np.ndarray:
    """Level (n,) of a series (n,) with gaps, from a window of the given half width."""
    time = np.arange(len(value))
    seen = np.isfinite(value)
    out = np.empty(len(value))
    for t in time:
        near = seen & (np.abs(time - t) <= half)
        weight = (1.0 - (np.abs(time[near] - t) / (half + 1.0)) ** 3) ** 2
        out[t] = weighted_median(value[near], weight)
    return out


def pair_scale(rest: np.ndarray) -> float:
    """Scale of values (n,), those in gaps left out, from their differences."""
    rest = rest[np.isfinite(rest)]
    first, second = np.triu_indices(len(rest), k=1)
    gap = np.sort(np.abs(rest[first] - rest[second]))
    return float(2.2 * gap[int(np.ceil(len(gap) / 4.0)) - 1])


def bend_spikes(rest: np.ndarray, scale: float) -> np.ndarray:
    """Values (n,) with the large ones brought nearer."""
    limit = 2.5 * scale
    size = np.abs(rest)
    bent = limit * (1.0 + np.log(np.maximum(size, limit) / limit))
    return np.where(size > limit, np.sign(rest) * bent, rest)
