"""Synthetic signals along a pipe: what leaks, and in which section."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


@dataclass(frozen=True)
class Readings:
    """signal (n, d), raw, one column per channel in the order of the pipe; label (n,)."""

    signal: np.ndarray
    label: np.ndarray


@dataclass(frozen=True)
class World:
    """Readings to fit, to tune and to explain, and normal draws for networks: for each a
    list of arrays (d, H), (H, H), (H, C)."""

    fit: Readings
    tune: Readings
    ask: Readings
    draws: list[list[np.ndarray]]


def make_readings(cfg: SimpleNamespace, count: int, rng: np.random.Generator) -> Readings:
    """Draw `count` readings."""
    odds = np.arange(cfg.classes, 0, -1) + 2.0
    label = rng.choice(cfg.classes, size=count, p=odds / odds.sum()).astype(np.intp)
    label[: cfg.classes] = np.arange(cfg.classes)
    place = (label + rng.uniform(0.2, 0.8, size=count)) / cfg.classes * cfg.channels - 0.5
    sign = np.where(rng.random(count) < 0.7, 1.0, -1.0)
    height = cfg.leak * sign * np.exp(0.3 * rng.normal(size=count))
    channel = np.arange(cfg.channels)
    signal = height[:, None] * np.exp(-0.5 * ((channel - place[:, None]) / 0.9) ** 2)
    hum = np.zeros(count)
    for j in channel:
        hum = cfg.coupling * hum + np.sqrt(1.0 - cfg.coupling**2) * rng.normal(size=count)
        signal[:, j] += hum + 0.15 * hum**2
    sound = np.exp(0.4 * np.sin(1.7 * channel + cfg.seed))
    return Readings(signal * sound + 0.5 * np.cos(channel), label)


def make_world(cfg: SimpleNamespace) -> World:
    """Draw everything that is random from the `world` table of a configuration."""
    rng = np.random.default_rng([cfg.seed, 3])
    sets = [make_readings(cfg, count, rng) for count in (cfg.fit, cfg.tune, cfg.ask)]
    sizes = [cfg.channels, cfg.units, cfg.units, cfg.classes]
    draws = [
        [rng.normal(size=shape) for shape in zip(sizes[:-1], sizes[1:])]
        for _ in range(cfg.networks)
    ]
    return World(*sets, draws)
