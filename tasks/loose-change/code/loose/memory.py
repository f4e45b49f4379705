"""What a packing remembers from cycle to cycle."""
import numpy as np


def cage_relative(moved: np.ndarray, pair: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Displacements (N, 2) beside those of the neighbours, from moved (N, 2) and pair (C, 2)."""
    mass = radius**2
    heavy, total = np.zeros((len(radius), 2)), np.zeros(len(radius))
    for here, there in (pair.T, pair.T[::-1]):
        np.add.at(heavy, here, mass[there, None] * moved[there])
        np.add.at(total, here, mass[there])
    lone = total == 0.0
    heavy[lone], total[lone] = mass @ moved, mass.sum()
    return moved - (heavy + 0.5 * mass[:, None] * moved) / (total + 0.5 * mass)[:, None]


def loose_discs(jump: np.ndarray) -> np.ndarray:
    """Which discs are loose after each cycle (K, N), from jump (K, N), in radii."""
    usual = np.median(jump, axis=1)
    loose = np.zeros(jump.shape, dtype=bool)
    before = np.zeros(jump.shape[1], dtype=bool)
    for cycle in range(len(jump)):
        bar = np.where(before, 1.2, 2.0) * usual[cycle]
        before = jump[cycle] > bar
        loose[cycle] = before
    return loose


def loose_clusters(loose: np.ndarray, pair: np.ndarray) -> np.ndarray:
    """Sizes of the clusters of loose discs (N,), descending, linked by pair (C, 2)."""
    label = np.arange(len(loose))
    links = pair[loose[pair].all(axis=1)]
    for _ in range(len(loose)):
        for first, second in links:
            label[first] = label[second] = min(label[first], label[second])
    return np.sort(np.unique(label[loose], return_counts=True)[1])[::-1]


def survival(pairs: list[np.ndarray], loads: list[np.ndarray]) -> np.ndarray:
    """Share (K,) of the load whose contacts last 0, 1, ..., K - 1 cycles without a break.

    pairs: K arrays (C, 2), at the end of each cycle; loads: K arrays (C,), normal forces.
    """
    sets = [set(map(tuple, pair.tolist())) for pair in pairs]
    left, total = np.zeros(len(pairs)), np.zeros(len(pairs))
    for start, load in enumerate(loads):
        load = np.maximum(load, 0.0)
        alive = np.ones(len(load), dtype=bool)
        for lag in range(len(pairs) - start):
            here = [tuple(key) in sets[start + lag] for key in pairs[start].tolist()]
            alive &= np.array(here)
            left[lag] += load[alive].sum()
            total[lag] += load.sum()
    return left / total


def stretched_half_life(share: np.ndarray) -> tuple[float, float]:
    """Half-life in cycles and exponent of a stretched exponential fitted to share (K,)."""
    lag = np.arange(1, len(share))
    loss = -np.log(share[1:])
    across, up = np.log(lag), np.log(loss)
    weight = 1.0 / np.sqrt(lag)
    across_mean, up_mean = np.average([across, up], axis=1, weights=weight)
    slope = np.sum(weight * (across - across_mean) * (up - up_mean))
    slope /= np.sum(weight * (across - across_mean) ** 2)
    scale = np.exp(across_mean - up_mean / slope)
    return float(scale * np.log(2.0) ** (1.0 / slope)), float(slope)
