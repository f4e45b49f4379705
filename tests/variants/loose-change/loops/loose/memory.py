"""What a packing remembers from cycle to cycle."""
import math
from collections import Counter

import numpy as np


def cage_relative(moved: np.ndarray, pair: np.ndarray, radius: np.ndarray) -> np.ndarray:
    mass = radius * radius
    near = np.zeros((len(mass), len(mass)))
    for i, j in pair.tolist():
        near[i, j] = near[j, i] = 1.0
    for i in range(len(mass)):
        if not near[i].any():
            near[i] = 1.0
    weights = (near + 0.5 * np.eye(len(mass))) * mass
    return moved - weights @ moved / weights.sum(axis=1, keepdims=True)


def loose_discs(jump: np.ndarray) -> np.ndarray:
    out = np.zeros(jump.shape, dtype=bool)
    usual = [sorted(row.tolist()) for row in jump]
    half = jump.shape[1] // 2
    usual = [row[half] if len(row) % 2 else (row[half - 1] + row[half]) / 2 for row in usual]
    for i in range(jump.shape[1]):
        is_loose = False
        for k in range(jump.shape[0]):
            in_medians = jump[k, i] / usual[k]
            is_loose = bool(in_medians > 2 or (is_loose and in_medians > 1.2))
            out[k, i] = is_loose
    return out


def loose_clusters(loose: np.ndarray, pair: np.ndarray) -> np.ndarray:
    parent = {i: i for i in np.flatnonzero(loose).tolist()}

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for i, j in pair.tolist():
        if i in parent and j in parent:
            parent[root(i)] = root(j)
    sizes = Counter(root(i) for i in parent).values()
    return np.array(sorted(sizes, reverse=True), dtype=np.int64)


def survival(pairs: list[np.ndarray], loads: list[np.ndarray]) -> np.ndarray:
    ends = [{(i, j) for i, j in pair.tolist()} for pair in pairs]
    out = []
    for lag in range(len(pairs)):
        left = total = 0.0
        for k in range(len(pairs) - lag):
            lasting = set.intersection(*ends[k : k + lag + 1])
            for (i, j), load in zip(pairs[k].tolist(), loads[k].tolist()):
                if load > 0:
                    total += load
                    left += load if (i, j) in lasting else 0.0
        out.append(left / total)
    return np.array(out)


def stretched_half_life(share: np.ndarray) -> tuple[float, float]:
    rows, goals = [], []
    for lag in range(1, len(share)):
        root = lag**-0.25
        rows.append([root, root * math.log(lag)])
        goals.append(root * math.log(math.log(1 / share[lag])))
    (start, slope), *_ = np.linalg.lstsq(np.array(rows), np.array(goals), rcond=None)
    return math.exp((math.log(math.log(2)) - start) / slope), float(slope)
