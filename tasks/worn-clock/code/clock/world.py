"""Synthetic series with a season that drifts, levels that jump, spikes and gaps."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


@dataclass(frozen=True)
class Series:
    """value (n,), NaN in gaps; shift (n,): the true shift of the season, in seasons; level (n,):
    the true level."""

    value: np.ndarray
    shift: np.ndarray
    level: np.ndarray


def make_series(cfg: SimpleNamespace, number: int = 0) -> Series:
    """Draw a series from the `world` table of a configuration."""
    rng = np.random.default_rng([cfg.seed, number, 3])
    n = cfg.length
    time = np.arange(n)
    drift = np.cumsum(cfg.drift * rng.normal(size=n))
    shift = np.convolve(np.pad(drift, 10, mode="edge"), np.ones(21) / 21.0, mode="valid")
    turn = 2.0 * np.pi * (time / cfg.period - shift)
    overtone = rng.uniform(0.3, 0.6, size=2)
    season = np.sin(turn) + overtone[0] * np.sin(2.0 * turn + 1.0)
    season += overtone[1] * np.exp(2.0 * (np.cos(turn - 2.0) - 1.0))
    swell = 1.0 + 0.4 * np.sin(2.0 * np.pi * time / n + rng.uniform(0.0, 6.0))
    jumps = np.zeros(n)
    for place in (rng.random(cfg.jumps) * 0.8 + 0.1) * n:
        jumps[int(place) :] += cfg.jump * (1.0 if rng.random() < 0.5 else -1.0)
    noise = np.zeros(n)
    for t in range(1, n):
        noise[t] = cfg.memory * noise[t - 1] + cfg.noise * rng.normal()
    spikes = np.where(rng.random(n) < cfg.spikes, 6.0 * cfg.noise * rng.standard_t(3, size=n), 0.0)
    value = 10.0 + jumps + swell * season + noise + spikes
    value[rng.random(n) < cfg.gaps] = np.nan
    return Series(value, shift, 10.0 + jumps)
