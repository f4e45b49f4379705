"""Synthetic moraines with lichens on their boulders."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


@dataclass(frozen=True)
class Survey:
    """age (S,) of the dated surfaces; reading (R,) in mm, 0 where none was found;
    surface (R,) of each reading; undated: one array of readings per undated surface."""

    age: np.ndarray
    reading: np.ndarray
    surface: np.ndarray
    undated: list[np.ndarray]
    limit: float


def draw_readings(
    rng: np.random.Generator, age: float, number: int, cfg: SimpleNamespace
) -> np.ndarray:
    """Readings of the largest lichen on each of the boulders of one surface."""
    lived = np.maximum(age - cfg.delay * np.exp(0.25 * rng.normal(size=number)), 0.0)
    slow = np.maximum(lived - cfg.great, 0.0)
    size = cfg.rate * (np.minimum(lived, cfg.great) + cfg.later * slow)
    size = size * np.exp(0.08 * rng.normal())
    size = size + cfg.spread * (5.0 + size) ** 0.6 * rng.gumbel(size=number)
    strays = rng.random(number) < 0.03
    size = np.where(strays, rng.uniform(0.0, 90.0, size=number), size)
    reading = np.round(size)
    return np.where(reading < cfg.limit, 0.0, reading)


def make_survey(cfg: SimpleNamespace) -> Survey:
    """Draw a survey from the `world` table of a configuration."""
    rng = np.random.default_rng([cfg.seed, 19])
    age = np.sort(np.exp(rng.uniform(np.log(9.0), np.log(190.0), size=cfg.surfaces)))
    age = np.round(age)
    number = rng.integers(3, 10, size=cfg.surfaces, dtype=np.int64).astype(np.intp)
    readings = [draw_readings(rng, a, n, cfg) for a, n in zip(age, number)]
    undated = [draw_readings(rng, a, 6 + k, cfg) for k, a in enumerate(cfg.hidden_ages)]
    return Survey(
        age,
        np.concatenate(readings),
        np.repeat(np.arange(cfg.surfaces), number),
        undated,
        float(cfg.limit),
    )
