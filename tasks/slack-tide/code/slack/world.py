"""Synthetic coasts: gauges in basins, their readings, a storm that changes the noise."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


@dataclass(frozen=True)
class World:
    """Readings in order of day, then gauge, and the gauges' own tables.

    day, gauge (N,) whole numbers; x (N, 3); level (N,); basin, delay (S,) whole numbers.
    """

    day: np.ndarray
    gauge: np.ndarray
    x: np.ndarray
    level: np.ndarray
    basin: np.ndarray
    delay: np.ndarray


def _persistent(rng: np.random.Generator, days: int, width: int, memory: float) -> np.ndarray:
    """Stationary autoregressive paths (days, width) of unit variance."""
    path = rng.normal(size=(days, width))
    for step in range(1, days):
        path[step] = memory * path[step - 1] + np.sqrt(1.0 - memory**2) * path[step]
    return path


def _skewed(rng: np.random.Generator, shape: tuple[int, int], heavy: np.ndarray) -> np.ndarray:
    """Centred noise of unit variance; `heavy` (width,) between 0 and 1 lengthens the upper tail."""
    bell = rng.normal(size=shape)
    burst = rng.gamma(1.2, size=shape)
    burst = (burst - 1.2) / np.sqrt(1.2)
    return np.sqrt(1.0 - heavy) * bell + np.sqrt(heavy) * burst


def make_world(cfg: SimpleNamespace) -> World:
    """Draw a coast from the `world` table of a configuration."""
    rng = np.random.default_rng(cfg.seed)
    gauges, days = cfg.gauges, cfg.days
    basin = np.sort(np.concatenate([np.arange(cfg.basins), np.arange(cfg.basins),
                                    rng.integers(0, cfg.basins, size=gauges - 2 * cfg.basins)]))
    delay = rng.integers(1, cfg.longest_delay + 1, size=gauges)
    flow = 0.6 * _persistent(rng, days, cfg.basins, 0.8)[:, basin]
    flow = flow + 0.8 * _persistent(rng, days, gauges, 0.6)
    wind = _persistent(rng, days, 1, 0.5) + 0.5 * rng.normal(size=(days, gauges))
    surge = np.exp(0.5 * _persistent(rng, days, gauges, 0.3))
    phase = 2.0 * np.pi * np.arange(days)[:, None] / cfg.season
    sway = rng.normal(1.0, 0.4, size=gauges)
    heavy = np.linspace(cfg.heavy_first, cfg.heavy_last, cfg.basins)[basin]
    noise = _skewed(rng, (days, gauges), heavy)
    noise = 0.9 * noise + np.sqrt(0.19) * _persistent(rng, days, cfg.basins, 0.5)[:, basin]
    spread = np.exp(0.35 * flow + 0.3 * wind + 0.2 * np.sin(phase) + 0.25 * rng.normal(size=gauges))
    spread = cfg.noise * spread
    hit = (np.arange(days)[:, None] >= cfg.storm) & (basin < cfg.storm_basins)[None, :]
    spread = np.where(hit, cfg.storm_spread * spread, spread)
    level = 1.4 * np.tanh(flow) - 0.7 * wind + 0.6 * flow * wind + 0.8 * np.log(surge) * flow
    level = level + sway * np.cos(phase + 0.4) + 0.5 * np.sin(2.0 * phase)
    level = level + cfg.gauge_effect * rng.normal(size=gauges)
    level = level + cfg.basin_effect * rng.normal(size=cfg.basins)[basin]
    level = level + spread * noise + np.where(hit, cfg.storm_lift, 0.0)
    missing = rng.uniform(0.02, cfg.missing, size=gauges)
    there = rng.random((days, gauges)) >= missing
    day, gauge = np.nonzero(there)
    x = np.stack([flow, wind, surge], axis=2)[day, gauge]
    return World(day, gauge, x, level[day, gauge], basin, delay)
