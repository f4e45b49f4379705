"""What a packing remembers from cycle to cycle."""
import numpy as np


def cage_relative(moved: np.ndarray, pair: np.ndarray, radius: np.ndarray) -> np.ndarray:
    mass = np.square(radius)
    out = np.empty(moved.shape)
    for i in range(len(radius)):
        others = np.concatenate([pair[pair[:, 0] == i, 1], pair[pair[:, 1] == i, 0]])
        if len(others) == 0:
            others = np.arange(len(radius))
        cage = np.append(mass[others], 0.5 * mass[i])
        out[i] = moved[i] - np.average(moved[np.append(others, i)], axis=0, weights=cage)
    return out


def loose_discs(jump: np.ndarray) -> np.ndarray:
    scaled = jump / np.median(jump, axis=1, keepdims=True)
    rows = [np.zeros(jump.shape[1], dtype=bool)]
    for row in scaled:
        rows.append((row > 2.0) | (rows[-1] & (row > 1.2)))
    return np.stack(rows[1:])


def loose_clusters(loose: np.ndarray, pair: np.ndarray) -> np.ndarray:
    count = len(loose)
    reached = np.eye(count, dtype=bool)
    reached[tuple(pair.T)] = True
    reached = (reached | reached.T)[np.ix_(loose, loose)]
    for _ in range(count.bit_length()):
        reached = (reached.astype(np.int64) @ reached) > 0
    members = np.unique(reached, axis=0).sum(axis=1) if loose.any() else np.zeros(0)
    return -np.sort(-members.astype(np.int64))


def survival(pairs: list[np.ndarray], loads: list[np.ndarray]) -> np.ndarray:
    count, ends = 1 + max(pair.max() for pair in pairs), len(pairs)
    weight, there = np.zeros((2, ends, count, count))
    for k, (pair, load) in enumerate(zip(pairs, loads)):
        weight[k][tuple(pair.T)] = load.clip(0.0)
        there[k][tuple(pair.T)] = 1.0
    out, lasting = [1.0], weight
    for lag in range(1, ends):
        lasting = lasting[:-1] * there[lag:]
        out.append(lasting.sum() / weight[: ends - lag].sum())
    return np.array(out)


def stretched_half_life(share: np.ndarray) -> tuple[float, float]:
    lag = np.arange(1.0, len(share))
    up = np.log(np.log(1.0 / share[1:]))
    slope, start = np.polyfit(np.log(lag), up, 1, w=lag**-0.25)
    return float(np.exp((np.log(np.log(2.0)) - start) / slope)), float(slope)
