"""Synthetic valleys: daily weather, and the flow of the river that leaves them."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


@dataclass(frozen=True)
class Valley:
    """By day: temperature (degrees), rain (mm, as water, whether it falls as rain or as snow),
    flow (cubic metres per second)."""

    temperature: np.ndarray
    rain: np.ndarray
    flow: np.ndarray


@dataclass(frozen=True)
class World:
    """The old valley, the new ones, and standard normal draws for a network: one array for
    each of the four layers."""

    old: Valley
    new: list[Valley]
    draws: list[np.ndarray]


def make_valley(days: int, high: float, rng: np.random.Generator) -> Valley:
    """Draw a valley; `high` is how much higher than the old one it lies, in degrees."""
    drift = np.zeros(days)
    for t in range(1, days):
        drift[t] = 0.75 * drift[t - 1] + 2.0 * rng.normal()
    temperature = -7.0 - high + 22.0 * np.sin(np.pi * np.arange(days) / (1.3 * days)) + drift
    rain = np.where(rng.random(days) < 0.4, rng.gamma(0.9, 6.0, size=days), 0.0)
    factor = 2.2 * np.exp(0.25 * rng.normal())
    hold = 0.78 + 0.1 * rng.random()
    pack, soil, deep = 60.0 + 15.0 * high, 5.0, 30.0
    flow = np.zeros(days)
    for t in range(days):
        frozen = rain[t] * (temperature[t] < 0.8)
        melt = min(pack, factor * max(temperature[t] + 0.3, 0.0))
        pack += frozen - melt
        soil = hold * soil + rain[t] - frozen + melt
        deep = 0.97 * deep + 0.1 * soil
        quick = (1.0 - hold) * soil * (soil / 40.0) ** 0.4
        flow[t] = (0.4 + quick + 0.03 * deep) * np.exp(0.06 * rng.normal())
    return Valley(temperature, rain, flow * np.exp(0.5 * rng.normal()))


def make_world(cfg: SimpleNamespace) -> World:
    """Draw everything that is random from the `world` table of a configuration."""
    rng = np.random.default_rng([cfg.seed, 11])
    old = make_valley(cfg.old_days, 0.0, rng)
    new = [make_valley(cfg.new_days, high, rng) for high in cfg.high]
    shapes = [(8, cfg.units), (cfg.units, cfg.units), (cfg.units, cfg.units), (cfg.units, 2)]
    return World(old, new, [rng.normal(size=shape) for shape in shapes])
