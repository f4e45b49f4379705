"""What arrivals say about the rock."""
import numpy as np


def roughness(rows: int, columns: int, flat: float) -> np.ndarray:
    """Matrix (nodes, nodes) of the roughness of a field on nodes, row by row."""
    number = np.arange(rows * columns, dtype=np.int64).reshape(rows, columns)
    out = np.zeros((rows * columns, rows * columns))
    deep = 1.0 + np.repeat(np.arange(rows)[:, None], columns, axis=1) / rows
    for first, second, by in (
        (number[:, :-1], number[:, 1:], flat * deep[:, 1:]),
        (number[:-1], number[1:], deep[1:]),
    ):
        for a, b, weight in zip(first.ravel(), second.ravel(), by.ravel()):
            out[a, a] += weight
            out[b, b] += weight
            out[a, b] -= weight
            out[b, a] -= weight
    return out


def without_starts(values: np.ndarray, weight: np.ndarray, event: np.ndarray) -> np.ndarray:
    """Values (P, ...) of arrivals less their weighted mean in each event; weight, event (P,)."""
    out = np.array(values, dtype=float)
    for number in np.unique(event):
        mine = event == number
        out[mine] -= np.average(values[mine], axis=0, weights=weight[mine])
    return out


def solve_update(
    rows: np.ndarray,
    rest: np.ndarray,
    weight: np.ndarray,
    rough: np.ndarray,
    smooth: float,
    damp: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Relative changes (nodes,) of slowness, and how well each node is resolved (nodes,).

    rows (P, nodes): seconds per relative change; rest, weight (P,): residuals in seconds.
    """
    trust = weight
    for _ in range(3):
        data = rows.T @ (trust[:, None] * rows)
        seen = np.diag(data) > 1e-3 * np.diag(data).max()
        usual = np.trace(data) / np.count_nonzero(seen)
        whole = data + usual * (smooth * rough + damp * np.eye(len(rough)))
        change = np.linalg.solve(whole, rows.T @ (trust * rest))
        off = np.abs(rest - rows @ change)
        trust = weight / (1.0 + off / (2.0 * np.median(off)))
    return change, np.diag(np.linalg.solve(whole, data))


def changed_rock(rock: np.ndarray, change: np.ndarray, most: float) -> np.ndarray:
    """Rock (rows, columns) after the changes (nodes,), bounded by most."""
    bound = change.reshape(rock.shape)
    bound = bound / np.sqrt(1.0 + (bound / most) ** 2)
    bound = bound - np.median(bound, axis=1, keepdims=True) * 0.25
    return rock * np.exp(bound)


def station_terms(
    rest: np.ndarray, weight: np.ndarray, station: np.ndarray, count: int
) -> np.ndarray:
    """How late (count,) arrivals are at each station; rest, weight, station (P,)."""
    total = np.bincount(station, weights=weight, minlength=count)
    late = np.bincount(station, weights=weight * rest, minlength=count) / (total + 1.5)
    return late - np.average(late, weights=np.sqrt(total))
