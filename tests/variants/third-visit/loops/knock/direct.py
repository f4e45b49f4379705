"""Direct estimates of districts and their variances."""
from collections.abc import Callable

import numpy as np


def district_means(
    value: np.ndarray, weight: np.ndarray, district: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    means, sizes = [], []
    for d in range(district.max() + 1):
        w, y = weight[district == d], value[district == d]
        means.append(np.average(y, weights=w))
        sizes.append(w.sum() * w.sum() / (w @ w))
    return np.array(means), np.array(sizes)


def residuals(
    value: np.ndarray, weight: np.ndarray, columns: np.ndarray, slack: float
) -> np.ndarray:
    # The ridge as further rows.
    root = np.sqrt(weight)
    extra = np.sqrt(slack * (weight[:, None] * columns * columns).sum(axis=0))
    rows = np.vstack([root[:, None] * columns, np.diag(extra)])
    goal = np.concatenate([root * value, np.zeros(len(extra))])
    slopes, *_ = np.linalg.lstsq(rows, goal, rcond=None)
    return value - columns @ slopes


def block_variance(
    influence: np.ndarray,
    block: np.ndarray,
    stratum: np.ndarray,
    chance: np.ndarray,
) -> float:
    total = [0.0] * len(chance)
    for z, b in zip(influence.tolist(), block.tolist()):
        total[b] += z
    out = 0.0
    for h in set(stratum.tolist()):
        pairs = [(1 - p, t) for p, t, s in zip(chance, total, stratum) if s == h and p < 1]
        if len(pairs) < 2:
            continue
        mass = sum(a for a, _ in pairs)
        mean = sum(a * t for a, t in pairs) / mass
        around = sum(a * t * t for a, t in pairs) - mass * mean * mean
        out += around / (1 - sum((a / mass) ** 2 for a, _ in pairs))
    return out


def block_jackknife(
    statistic: Callable[[np.ndarray], float],
    weight: np.ndarray,
    block: np.ndarray,
    stratum: np.ndarray,
    chance: np.ndarray,
) -> float:
    whole, parts = statistic(weight), []
    for h in sorted(set(stratum.tolist())):
        inside = [b for b, (s, p) in enumerate(zip(stratum, chance)) if s == h and p < 1]
        up = len(inside) / (len(inside) - 1)
        for out in inside:
            left = [
                0.0 if b == out else w * up if b in inside else w
                for w, b in zip(weight.tolist(), block.tolist())
            ]
            away = statistic(np.array(left)) - whole
            parts.append((1 - chance[out]) / up * away * away)
    return float(sum(parts))


def smooth_variances(variance: np.ndarray, size: np.ndarray) -> np.ndarray:
    root = size**0.5
    # Polyfit squares its weights.
    slope = (np.polyfit(np.log(size), np.log(variance), 1, w=root**0.5)[0] - 1) / 2
    here = (root * np.log(size)).sum() / root.sum()
    height = (root * np.log(variance)).sum() / root.sum()
    line = height + slope * (np.log(size) - here)
    return np.exp(line + (np.log(variance) - line) / (1 + 25 / size))
