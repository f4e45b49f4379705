"""Where an event was, and when."""
import numpy as np


def event_start(late: np.ndarray, weight: np.ndarray) -> np.ndarray:
    last = np.moveaxis(late, 0, -1)
    start = last @ weight / weight.sum()
    for _ in range(3):
        trust = 0.01 * weight / (0.01 + np.square(last - start[..., None]))
        start = np.sum(trust * last, axis=-1) / np.sum(trust, axis=-1)
    return start


def misfit_map(arrival: np.ndarray, weight: np.ndarray, times: np.ndarray) -> np.ndarray:
    late = np.moveaxis(arrival[:, None, None] - times, 0, -1)
    off = np.abs(late - event_start(np.moveaxis(late, -1, 0), weight)[..., None])
    phi = np.piecewise(off, [off < 0.1], [lambda u: 5.0 * u * u, lambda u: u - 0.05])
    return np.average(phi, axis=-1, weights=weight)


def lowest_place(misfit: np.ndarray) -> tuple[float, float]:
    r, c = np.argwhere(misfit == misfit.min())[0]
    padded = np.pad(misfit, 1, constant_values=np.nan) - misfit[r, c]
    cross = padded[r : r + 3, c : c + 3]
    ends = np.array([cross[[0, 2], 1], cross[1, [0, 2]]])
    move = 0.5 * (ends[:, 0] - ends[:, 1]) / ends.max(axis=1)
    place = np.array([r, c]) + np.nan_to_num(move)
    return float(place[0]), float(place[1])


def jackknife_area(arrival: np.ndarray, weight: np.ndarray, times: np.ndarray) -> float:
    used = weight > 0.0
    others = (1.0 - np.eye(len(weight)))[used] * weight
    place = np.array([lowest_place(misfit_map(arrival, row, times)) for row in others])
    away = place - np.median(place, axis=0)
    spread = np.einsum("na,nb->ab", away, away) * (1.0 - 1.0 / len(place))
    return float(np.pi * np.sqrt(np.prod(np.linalg.eigvalsh(spread) + 0.01)))
