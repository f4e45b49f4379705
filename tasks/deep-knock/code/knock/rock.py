"""Rock on nodes, and the times that sound takes through it."""
import heapq

import numpy as np

MOVES = [(i, j) for i in range(-2, 3) for j in range(-2, 3) if abs(i) + abs(j) in (1, 3)]
MOVES += [(-1, -1), (-1, 1), (1, -1), (1, 1)]


def start_rock(
    rows: int, columns: int, step: float, speed: float, gain: float, tilt: float
) -> np.ndarray:
    """Slowness (rows, columns) in s/km to start from."""
    depth = step * np.arange(rows)
    profile = speed + gain * depth / np.sqrt(1.0 + depth / 10.0)
    along = np.arange(columns) / (columns - 1) - 0.5
    return 1.0 / np.outer(profile, 1.0 + tilt * along)


def move_shares(move: tuple[int, int]) -> dict[tuple[int, int], float]:
    """Length of a move between nodes, in steps, shared among the nodes it counts on."""
    i, j = move
    length = float(np.hypot(i, j))
    if abs(i) + abs(j) < 3:
        return {(0, 0): 0.5 * length, (i, j): 0.5 * length}
    by = (i // 2, 0) if abs(i) == 2 else (0, j // 2)
    across = (i - by[0], j - by[1])
    return {(0, 0): length / 6, by: length / 3, across: length / 3, (i, j): length / 6}


def edge_times(rock: np.ndarray, step: float) -> np.ndarray:
    """Time (moves, rows, columns) of each move from each node, infinite where it leaves."""
    padded = np.pad(rock, 2, constant_values=np.inf)
    rows, columns = rock.shape
    out = np.zeros((len(MOVES), rows, columns))
    for number, move in enumerate(MOVES):
        for (i, j), share in move_shares(move).items():
            out[number] += share * step * padded[2 + i : 2 + i + rows, 2 + j : 2 + j + columns]
    return out


def shortest_times(edges: np.ndarray, source: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Times (rows, columns) from a node, and the node before each, as a flat number, or -1."""
    _, rows, columns = edges.shape
    cost = edges.reshape(len(MOVES), -1).T.tolist()
    jumps = [i * columns + j for i, j in MOVES]
    start = source[0] * columns + source[1]
    time, previous = [np.inf] * (rows * columns), [-1] * (rows * columns)
    time[start] = 0.0
    heap, done = [(0.0, start)], [False] * (rows * columns)
    while heap:
        now, node = heapq.heappop(heap)
        if done[node]:
            continue
        done[node] = True
        for jump, more in zip(jumps, cost[node]):
            if now + more < time[min(max(node + jump, 0), rows * columns - 1)]:
                time[node + jump], previous[node + jump] = now + more, node
                heapq.heappush(heap, (now + more, node + jump))
    shape = (rows, columns)
    return np.array(time).reshape(shape), np.array(previous, dtype=np.int64).reshape(shape)


def path_row(previous: np.ndarray, node: tuple[int, int]) -> np.ndarray:
    """Length (rows, columns), in steps, that the path to a node counts on each node."""
    row = np.zeros(previous.shape)
    here = node
    while previous[here] >= 0:
        before = divmod(int(previous[here]), previous.shape[1])
        move = (here[0] - before[0], here[1] - before[1])
        for (i, j), share in move_shares(move).items():
            row[before[0] + i, before[1] + j] += share
        here = before
    return row


def corners(place: tuple[float, float], shape: tuple[int, int]) -> list[tuple[int, int, float]]:
    """The nodes around a place (row, column), each with its share."""
    i = min(max(int(np.floor(place[0])), 0), shape[0] - 2)
    j = min(max(int(np.floor(place[1])), 0), shape[1] - 2)
    down, right = place[0] - i, place[1] - j
    return [
        (i, j, (1.0 - down) * (1.0 - right)),
        (i, j + 1, (1.0 - down) * right),
        (i + 1, j, down * (1.0 - right)),
        (i + 1, j + 1, down * right),
    ]
