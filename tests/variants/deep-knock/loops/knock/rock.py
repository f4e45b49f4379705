"""Rock on nodes, and the times that sound takes through it."""
import math

import numpy as np

MOVES = [(i, j) for i in range(-2, 3) for j in range(-2, 3) if abs(i) + abs(j) in (1, 3)]
MOVES += [(-1, -1), (-1, 1), (1, -1), (1, 1)]


def start_rock(
    rows: int, columns: int, step: float, speed: float, gain: float, tilt: float
) -> np.ndarray:
    out = np.empty((rows, columns))
    for r in range(rows):
        depth = r * step
        fast = speed + gain * depth * (1 + depth / 10) ** -0.5
        for c in range(columns):
            out[r, c] = 1 / (fast + fast * tilt * (2 * c + 1 - columns) / (2 * columns - 2))
    return out


def move_shares(move: tuple[int, int]) -> dict[tuple[int, int], float]:
    i, j = move
    length = math.sqrt(i * i + j * j)
    shares = {}
    if abs(i) == 2:
        nodes = {(0, 0): 1, (i // abs(i), 0): 2, (i // abs(i), j): 2, (i, j): 1}
    elif abs(j) == 2:
        nodes = {(0, 0): 1, (0, j // abs(j)): 2, (i, j // abs(j)): 2, (i, j): 1}
    else:
        nodes = {(0, 0): 1, (i, j): 1}
    for node, parts in nodes.items():
        shares[node] = length * parts / sum(nodes.values())
    return shares


def edge_times(rock: np.ndarray, step: float) -> np.ndarray:
    rows, columns = rock.shape
    out = np.full((len(MOVES), rows, columns), np.inf)
    for number, (i, j) in enumerate(MOVES):
        shares = move_shares((i, j))
        for r in range(max(0, -i), min(rows, rows - i)):
            for c in range(max(0, -j), min(columns, columns - j)):
                slow = sum(share * rock[r + a, c + b] for (a, b), share in shares.items())
                out[number, r, c] = step * slow
    return out


def shortest_times(edges: np.ndarray, source: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    _, rows, columns = edges.shape
    time = np.full((rows + 4, columns + 4), np.inf)
    previous = np.full((rows, columns), -1, dtype=np.int64)
    number = np.arange(rows * columns, dtype=np.int64).reshape(rows, columns)
    number = np.pad(number, 2)
    time[2 + source[0], 2 + source[1]] = 0
    inner = time[2:-2, 2:-2]
    changed = True
    while changed:
        changed = False
        for (i, j), cost in zip(MOVES, edges):
            at = np.s_[2 - i : 2 - i + rows, 2 - j : 2 - j + columns]
            wide = np.pad(cost, 2, constant_values=np.inf)
            reached = time[at] + wide[at]
            better = reached < inner
            if better.any():
                changed = True
                inner[better] = reached[better]
                previous[better] = number[at][better]
    return inner.copy(), previous


def path_row(previous: np.ndarray, node: tuple[int, int]) -> np.ndarray:
    rows, columns = previous.shape
    out = np.zeros(rows * columns)
    here = node[0] * columns + node[1]
    flat = previous.ravel()
    while flat[here] != -1:
        r, c = flat[here] // columns, flat[here] % columns
        for (a, b), share in move_shares((here // columns - r, here % columns - c)).items():
            out[(r + a) * columns + c + b] += share
        here = int(flat[here])
    return out.reshape(rows, columns)


def corners(place: tuple[float, float], shape: tuple[int, int]) -> list[tuple[int, int, float]]:
    i, j = (int(np.clip(math.floor(p), 0, count - 2)) for p, count in zip(place, shape))
    out = []
    for a in (i, i + 1):
        for b in (j, j + 1):
            out.append((a, b, (1 - abs(place[0] - a)) * (1 - abs(place[1] - b))))
    return out
