"""Who opens the door, and when."""
import numpy as np


def opening_chances(visit: np.ndarray, group: np.ndarray, most: int) -> np.ndarray:
    usual = sum(visit.tolist()) / len(visit)
    out = []
    for g in range(group.max() + 1):
        seen = visit[group == g]
        goal = float(seen.sum() + 4 * usual) / (len(seen) + 4)

        def mean(p: float) -> float:
            chances = [p * (1 - p) ** (v - 1) for v in range(1, most + 1)]
            return sum(v * c for v, c in enumerate(chances, start=1)) / sum(chances)

        ends = [0.01, 0.99]
        for _ in range(50):
            middle = sum(ends) / 2
            ends[mean(middle) <= goal] = middle
        out.append(sum(ends) / 2)
    return np.array(out)


def door_weights(
    weight: np.ndarray,
    group: np.ndarray,
    visit: np.ndarray,
    chance: np.ndarray,
    most: int,
) -> np.ndarray:
    out = np.zeros(len(weight))
    for g, p in enumerate(chance):
        tried = group == g
        opened = tried & (visit > 0)
        w = weight[opened]
        late = w * np.sqrt(visit[opened] * 1.0) ** 3
        within = 1 - (1 - p) ** most
        full = w + w.sum() * (1 / within - 1) * late / late.sum()
        out[opened] = full * weight[tried].sum() / full.sum()
    return out
