"""Rock on nodes, and the times that sound takes through it."""
import numpy as np

MOVES = [(i, j) for i in range(-2, 3) for j in range(-2, 3) if abs(i) + abs(j) in (1, 3)]
MOVES += [(-1, -1), (-1, 1), (1, -1), (1, 1)]


def start_rock(
    rows: int, columns: int, step: float, speed: float, gain: float, tilt: float
) -> np.ndarray:
    d, x = np.meshgrid(step * np.arange(rows), np.linspace(-0.5, 0.5, columns), indexing="ij")
    return np.reciprocal((speed + gain * d * np.sqrt(10.0 / (10.0 + d))) * (1.0 + tilt * x))


def move_shares(move: tuple[int, int]) -> dict[tuple[int, int], float]:
    ends = np.array([(0, 0), move])
    length = float(np.linalg.norm(ends[1]))
    if max(abs(ends[1])) == 1:
        return {tuple(end): 0.5 * length for end in ends.tolist()}
    leg = np.where(np.abs(ends[1]) == 2, ends[1] // 2, 0)
    between = np.array([leg, ends[1] - leg])
    shares = {tuple(node): length / 3.0 for node in between.tolist()}
    return shares | {tuple(end): length / 6.0 for end in ends.tolist()}


def edge_times(rock: np.ndarray, step: float) -> np.ndarray:
    rows, columns = rock.shape
    place = np.indices(rock.shape)
    out = []
    for move in MOVES:
        total = np.zeros(rock.shape)
        for node, share in move_shares(move).items():
            r, c = place[0] + node[0], place[1] + node[1]
            total += share * rock[r.clip(0, rows - 1), c.clip(0, columns - 1)]
        r, c = place[0] + move[0], place[1] + move[1]
        inside = (0 <= r) & (r < rows) & (0 <= c) & (c < columns)
        out.append(np.where(inside, step * total, np.inf))
    return np.array(out)


def shortest_times(edges: np.ndarray, source: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    _, rows, columns = edges.shape
    jumps = np.array(MOVES, dtype=np.int64) @ np.array([columns, 1], dtype=np.int64)
    cost = edges.reshape(len(MOVES), -1)
    time = np.full(rows * columns, np.inf)
    open_ = np.full(rows * columns, np.inf)
    before = np.full(rows * columns, -1, dtype=np.int64)
    open_[source[0] * columns + source[1]] = 0.0
    for _ in range(rows * columns):
        here = int(np.argmin(open_))
        time[here], open_[here] = open_[here], np.inf
        ways = np.isfinite(cost[:, here])
        there, reached = here + jumps[ways], time[here] + cost[ways, here]
        better = np.isinf(time[there]) & (reached < open_[there])
        open_[there[better]] = reached[better]
        before[there[better]] = here
    return time.reshape(rows, columns), before.reshape(rows, columns)


def path_row(previous: np.ndarray, node: tuple[int, int]) -> np.ndarray:
    out = np.zeros(previous.shape)
    columns = previous.shape[1]
    path = [node[0] * columns + node[1]]
    while (before := int(previous.flat[path[-1]])) >= 0:
        path.append(before)
    stops = np.array(np.divmod(path, columns)).T[::-1]
    for stop, move in zip(stops[:-1], np.diff(stops, axis=0)):
        shares = move_shares(tuple(move.tolist()))
        nodes = stop + np.array(list(shares))
        np.add.at(out, tuple(nodes.T), list(shares.values()))
    return out


def corners(place: tuple[float, float], shape: tuple[int, int]) -> list[tuple[int, int, float]]:
    last = np.array(shape) - 2
    base = np.clip(np.floor(place).astype(np.int64), 0, last)
    part = np.array(place) - base
    share = np.outer([1.0 - part[0], part[0]], [1.0 - part[1], part[1]])
    return [(int(base[0] + a), int(base[1] + b), share[a, b]) for a, b in np.ndindex(2, 2)]
