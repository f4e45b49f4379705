"""Recordings of a bell."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

SOUND = 340.0
RATIOS = np.array([0.5, 1.0, 1.2, 1.5, 2.0, 2.6, 2.7])


@dataclass(frozen=True)
class Recording:
    """Signals (M, N) at a nominal rate in hertz, and places (M, 2) of microphones in metres."""

    signal: np.ndarray
    rate: float
    place: np.ndarray


def make_recording(world: SimpleNamespace) -> Recording:
    """Strikes of one bell, with hum of the mains, noise, clicks and losses; clocks drift."""
    rng = np.random.default_rng(world.seed)
    count = int(world.rate * world.seconds)
    mics = world.microphones
    place = world.spread * rng.standard_normal((mics, 2))
    angle = np.radians(world.bearing)
    late = -place @ np.array([np.cos(angle), np.sin(angle)]) / SOUND
    drift = world.drift * 1e-6 * rng.standard_normal(mics)
    tones = world.note * RATIOS * np.exp(0.01 * rng.standard_normal(len(RATIOS)))
    fading = world.fading * (tones / world.note) * np.exp(0.2 * rng.standard_normal(len(RATIOS)))
    level = np.array([0.8, 0.7, 0.6, 0.35, 0.6, 0.35, 0.25])
    strikes = 0.6 + world.every * (np.arange(world.strikes) + 0.1 * rng.random(world.strikes))
    loud = np.exp(0.2 * rng.standard_normal(world.strikes))
    phase = 2.0 * np.pi * rng.random((world.strikes, len(RATIOS)))
    clap = rng.standard_normal((world.strikes, len(RATIOS), 60))
    signal = np.empty((mics, count))
    for m in range(mics):
        own = np.arange(count) / world.rate
        true = own * (1.0 + drift[m])
        heard = np.zeros(count)
        for s in range(world.strikes):
            since = true - strikes[s] - late[m]
            on = since > 0.0
            for p in range(len(tones)):
                wave = np.cos(2.0 * np.pi * tones[p] * since[on] + phase[s, p])
                heard[on] += loud[s] * level[p] * np.exp(-fading[p] * since[on]) * wave
            on &= since < 0.4
            short = since[on]
            for p in range(60):
                wave = np.cos(2.0 * np.pi * (80.0 + 14.0 * p) * short + clap[s, 1, p])
                heard[on] += 0.12 * loud[s] * clap[s, 0, p] * np.exp(-25.0 * short) * wave
        mains = world.mains * np.cos(2.0 * np.pi * 50.0 * own + m)
        mains += 0.5 * world.mains * np.cos(2.0 * np.pi * 150.0 * own + 2.0 * m)
        noise = rng.standard_normal(count + 1)
        noise = world.noise * (1.0 + 0.5 * m / mics) * (noise[1:] + 0.6 * noise[:-1])
        whole = heard + (1.0 + 0.02 * own) * mains + noise
        hits = rng.choice(count, world.clicks, replace=False)
        whole[hits] += rng.choice([-1.0, 1.0], world.clicks) * (1.0 + 2.0 * rng.random(world.clicks))
        for start in rng.choice(count - 40, world.losses, replace=False):
            whole[start : start + int(rng.integers(4, 20))] = 0.0
        signal[m] = whole
    return Recording(signal, world.rate, place)
