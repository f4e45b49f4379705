"""What arrivals say about the rock."""
import math

import numpy as np


def roughness(rows: int, columns: int, flat: float) -> np.ndarray:
    differences = []
    for r in range(rows):
        for c in range(columns):
            for a, b, by in ((r, c + 1, flat * (1 + r / rows)), (r + 1, c, 1 + (r + 1) / rows)):
                if a < rows and b < columns:
                    line = np.zeros(rows * columns)
                    line[a * columns + b] = math.sqrt(by)
                    line[r * columns + c] = -math.sqrt(by)
                    differences.append(line)
    differences = np.array(differences)
    return differences.T @ differences


def without_starts(values: np.ndarray, weight: np.ndarray, event: np.ndarray) -> np.ndarray:
    totals, masses = {}, {}
    for value, w, e in zip(values, weight, event.tolist()):
        totals[e] = totals.get(e, 0.0) + w * value
        masses[e] = masses.get(e, 0.0) + w
    return np.array([value - totals[e] / masses[e] for value, e in zip(values, event.tolist())])


def solve_update(
    rows: np.ndarray,
    rest: np.ndarray,
    weight: np.ndarray,
    rough: np.ndarray,
    smooth: float,
    damp: float,
) -> tuple[np.ndarray, np.ndarray]:
    factor = np.ones(len(weight))
    for number in range(3):
        data = np.einsum("p,pa,pb->ab", weight * factor, rows, rows, optimize=True)
        own = np.diagonal(data).tolist()
        seen = sum(1000 * value > max(own) for value in own)
        ridge = np.trace(data) / seen * (smooth * rough + damp * np.identity(len(rough)))
        inverse = np.linalg.inv(data + ridge)
        change = inverse @ (rows.T @ (weight * factor * rest))
        off = np.abs(rest - rows @ change)
        scale = 2 * np.median(off)
        factor = scale / (scale + off)
    return change, np.array([inverse[k] @ data[:, k] for k in range(len(data))])


def changed_rock(rock: np.ndarray, change: np.ndarray, most: float) -> np.ndarray:
    rows, columns = rock.shape
    out = np.empty(rock.shape)
    for r in range(rows):
        line = change[r * columns : (r + 1) * columns]
        line = line * most / np.sqrt(most**2 + line**2)
        out[r] = rock[r] * np.exp(line - np.median(line) / 4)
    return out


def station_terms(
    rest: np.ndarray, weight: np.ndarray, station: np.ndarray, count: int
) -> np.ndarray:
    late, roots = [], []
    for number in range(count):
        mine = [k for k, s in enumerate(station.tolist()) if s == number]
        mass = sum(weight[k] for k in mine)
        late.append(sum(weight[k] * rest[k] for k in mine) / (mass + 1.5))
        roots.append(math.sqrt(mass))
    middle = sum(l * root for l, root in zip(late, roots)) / sum(roots)
    return np.array([l - middle for l in late])
