"""Where an event was, and when."""
import numpy as np


def event_start(late: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Starting time (...) that fits arrivals less their ways, late (S, ...), weight (S,)."""
    weight = weight.reshape(-1, *[1] * (late.ndim - 1))
    start = np.sum(weight * late, axis=0) / weight.sum()
    for _ in range(3):
        trust = weight / (1.0 + ((late - start) / 0.1) ** 2)
        start = np.sum(trust * late, axis=0) / trust.sum(axis=0)
    return start


def misfit_map(arrival: np.ndarray, weight: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Misfit (rows, columns) of arrivals (S,) at each node; times (S, rows, columns)."""
    late = arrival[:, None, None] - times
    off = np.abs(late - event_start(late, weight))
    cost = np.where(off < 0.1, off**2 / 0.2, off - 0.05)
    return np.tensordot(weight, cost, axes=1) / weight.sum()


def lowest_place(misfit: np.ndarray) -> tuple[float, float]:
    """Place (row, column) of the minimum of misfit (rows, columns), between nodes."""
    node = np.unravel_index(np.argmin(misfit), misfit.shape)
    place = []
    for axis, line in enumerate((misfit[:, node[1]], misfit[node[0]])):
        at = int(node[axis])
        if 0 < at < len(line) - 1:
            below, here, above = line[at - 1 : at + 2]
            place.append(at + 0.5 * (below - above) / (max(below, above) - here))
        else:
            place.append(float(at))
    return place[0], place[1]


def jackknife_area(arrival: np.ndarray, weight: np.ndarray, times: np.ndarray) -> float:
    """Area, in squared steps, that the place moves over when stations (S,) are left out."""
    moved = []
    for left_out in np.flatnonzero(weight > 0.0):
        kept = np.where(np.arange(len(weight)) == left_out, 0.0, weight)
        moved.append(lowest_place(misfit_map(arrival, kept, times)))
    around = np.array(moved) - np.median(moved, axis=0)
    spread = around.T @ around * (len(moved) - 1) / len(moved)
    return float(np.pi * np.sqrt(np.linalg.det(spread + 0.01 * np.eye(2))))
