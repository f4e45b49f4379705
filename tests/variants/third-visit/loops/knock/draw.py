"""Drawing blocks."""
from math import floor

import numpy as np


def block_chances(doors: np.ndarray, number: int) -> np.ndarray:
    sure: set[int] = set()
    while True:
        rest = [b for b in range(len(doors)) if b not in sure]
        total = sum(doors[b] ** 0.8 for b in rest)
        chance = {b: (number - len(sure)) * doors[b] ** 0.8 / total for b in rest}
        more = {b for b in rest if chance[b] > 1}
        if not more:
            return np.array([1.0 if b in sure else chance[b] for b in range(len(doors))])
        sure |= more


def serpentine(district: np.ndarray, rank: np.ndarray) -> np.ndarray:
    walk: list[int] = []
    up = True
    for d in sorted(set(district.tolist())):
        inside = [b for b in range(len(rank)) if district[b] == d]
        walk += sorted(inside, key=lambda b: rank[b], reverse=not up)
        up = not up
    return np.array(walk)


def draw_blocks(chance: np.ndarray, order: np.ndarray, start: float) -> np.ndarray:
    at, drawn = 0.0, []
    for b in order.tolist():
        before = floor(start + at)
        at += chance[b]
        if floor(start + at) != before:
            drawn.append(b)
    return np.array(drawn)
