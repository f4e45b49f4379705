"""Making fitted chances agree with what happened."""
import math

import numpy as np


def monotone_blocks(taken: np.ndarray, weight: np.ndarray) -> list[tuple[int, int]]:
    across = [0.0, *np.cumsum(weight)]
    up = [0.0, *np.cumsum(weight * taken)]
    out, start = [], 0
    while start < len(taken):
        slopes = [
            (up[end] - up[start]) / (across[end] - across[start])
            for end in range(start + 1, len(taken) + 1)
        ]
        least = min(slopes)
        end = start + 1 + max(k for k, slope in enumerate(slopes) if slope <= least + 1e-12)
        out.append((start, end))
        start = end
    return out


def recalibrate(
    tuned: np.ndarray, taken: np.ndarray, weight: np.ndarray, chance: np.ndarray
) -> np.ndarray:
    rows = sorted(zip(tuned.tolist(), taken.tolist(), weight.tolist()))
    usual = sum(w * a for _, a, w in rows) / sum(w for _, _, w in rows)
    points = []
    hits, masses = np.array([a for _, a, _ in rows]), np.array([w for _, _, w in rows])
    for start, end in monotone_blocks(hits, masses):
        block = rows[start:end]
        mass = sum(w for _, _, w in block)
        centre = sum(w * c for c, _, w in block) / mass
        points.append((centre, (sum(w * a for _, a, w in block) + 2 * usual) / (mass + 2)))
    out = np.zeros(len(chance))
    for i, c in enumerate(chance):
        if c <= points[0][0]:
            level = points[0][1]
        elif c >= points[-1][0]:
            level = points[-1][1]
        else:
            k = max(k for k, (centre, _) in enumerate(points) if centre <= c)
            (x0, y0), (x1, y1) = points[k], points[k + 1]
            level = y0 + (y1 - y0) * (c - x0) / (x1 - x0)
        lean = 0.6 * math.log(c / (1 - c)) + 0.4 * math.log(level / (1 - level))
        out[i] = 1 / (1 + math.exp(-lean))
    return out
