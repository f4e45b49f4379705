"""Earthquakes and the traces that stations record of them."""
from dataclasses import dataclass
from math import gcd
from types import SimpleNamespace

import numpy as np


@dataclass(frozen=True)
class Survey:
    """Traces (E, S, N) that start together for each event, and columns (S,) of the stations."""

    trace: np.ndarray
    column: np.ndarray


def true_rock(world: SimpleNamespace) -> np.ndarray:
    """Slowness (rows, columns) in s/km at the nodes: faster with depth, and two bodies."""
    z, x = np.mgrid[: world.rows, : world.columns] * world.step
    speed = world.speed + world.gain * z
    wide, deep = world.step * (world.columns - 1), world.step * (world.rows - 1)
    slow = np.exp(-(((x - 0.35 * wide) / 3.0) ** 2) - ((z - 0.35 * deep) / 2.0) ** 2)
    fast = np.exp(-(((x - 0.7 * wide) / 2.5) ** 2) - ((z - 0.5 * deep) / 2.5) ** 2)
    return (1.0 + world.contrast * (slow - 0.8 * fast)) / speed


def _arrivals(rock: np.ndarray, step: float, column: np.ndarray) -> np.ndarray:
    """Times (S, rows, columns) from each station at the surface, by relaxation."""
    rows, columns = rock.shape
    times = np.full((len(column), rows, columns), np.inf)
    times[np.arange(len(column)), 0, column] = 0.0
    moves = [(i, j) for i in range(-4, 5) for j in range(-4, 5) if gcd(i, j) == 1]
    while True:
        before = times.copy()
        for i, j in moves:
            to = np.s_[max(i, 0) : rows + min(i, 0), max(j, 0) : columns + min(j, 0)]
            fro = np.s_[max(-i, 0) : rows + min(-i, 0), max(-j, 0) : columns + min(-j, 0)]
            cost = step * np.hypot(i, j) * np.sqrt(rock[to] * rock[fro])
            times[(slice(None), *to)] = np.minimum(
                times[(slice(None), *to)], times[(slice(None), *fro)] + cost
            )
        if np.array_equal(before, times):
            return times


def make_survey(world: SimpleNamespace) -> Survey:
    """Events at random places, with sizes by Gutenberg and Richter."""
    rng = np.random.default_rng(world.seed)
    rock = true_rock(world)
    column = np.sort(rng.choice(world.columns, world.stations, replace=False))
    times = _arrivals(rock, world.step, column)
    late = world.late * rng.standard_normal(world.stations)
    gain = 0.15 * rng.standard_normal(world.stations)
    time = np.arange(world.samples) / world.rate
    trace = np.empty((world.events, world.stations, world.samples))
    for event in range(world.events):
        i = rng.uniform(1.5, world.rows - 3.5)
        j = rng.uniform(1.0, world.columns - 2.0)
        size = world.least - np.log10(1.0 - rng.random()) / world.b_value
        i0, j0 = int(i), int(j)
        shares = np.outer([1.0 - i + i0, i - i0], [1.0 - j + j0, j - j0])
        way = np.einsum("sij,ij->s", times[:, i0 : i0 + 2, j0 : j0 + 2], shares)
        start = rng.uniform(1.5, 2.5)
        for station in range(world.stations):
            far = world.step * np.hypot(i, j - column[station])
            strong = 10.0 ** (size + gain[station]) * far**-1.4 * np.exp(-0.02 * far)
            noise = rng.standard_normal(world.samples + 2)
            noise = (noise[2:] + 0.8 * noise[1:-1] + 0.3 * noise[:-2]) * world.noise
            wave = noise * np.exp(0.3 * rng.standard_normal())
            arrival = start + way[station] + late[station] + 0.01 * rng.standard_normal()
            for ratio, loud, tone in ((1.0, 1.0, 9.0), (1.75, 2.0, 6.0)):
                since = np.maximum(time - start - ratio * (arrival - start), 0.0)
                turn = np.sin(2.0 * np.pi * (tone + rng.uniform(-1.0, 1.0)) * since)
                wave += loud * strong * turn * np.exp(-2.5 * since)
            if rng.random() < world.bursts:
                at = int(rng.integers(20, world.samples - 20))
                wave[at : at + 6] += 8.0 * world.noise * rng.standard_normal(6)
            trace[event, station] = wave
    return Survey(trace, column)
