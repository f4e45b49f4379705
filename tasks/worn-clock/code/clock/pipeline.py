"""From a series to its parts, and to what comes next."""
from dataclasses import dataclass
from statistics import NormalDist
from types import SimpleNamespace

import numpy as np

from .cycle import fold_cycle, read_cycle
from .forecast import coming_shift, coming_spread, memory_of
from .jumps import step_levels
from .level import bend_spikes, pair_scale, running_level
from .period import find_period, lag_agreement
from .phase import block_numbers, block_swell, shift_gains, smooth_shift, track_shift


@dataclass(frozen=True)
class Parts:
    """Parts of a series: shape (bins,), swell (blocks,); block, shift, season, level, rest (n,),
    rest with gaps; scale of the noise."""

    period: float
    shape: np.ndarray
    block: np.ndarray
    shift: np.ndarray
    swell: np.ndarray
    season: np.ndarray
    level: np.ndarray
    rest: np.ndarray
    scale: float


def take_apart(value: np.ndarray, cfg: SimpleNamespace) -> Parts:
    """Take a series (n,) with gaps apart."""
    time = np.arange(len(value))
    rest = value - running_level(value, cfg.level.half)
    rest = bend_spikes(rest, pair_scale(rest))
    period = find_period(
        lag_agreement(rest, 2 * cfg.period.most), cfg.period.least, cfg.period.most
    )
    block = block_numbers(len(value), period)
    shift = np.zeros(len(value))
    for _ in range(cfg.cycle.rounds):
        shape = fold_cycle(rest, (time / period - shift) % 1.0, cfg.cycle.bins)
        gain = shift_gains(rest, block, period, shape, cfg.cycle.shifts)
        path = track_shift(gain, pair_scale(rest), cfg.cycle.stiffness)
        shift = smooth_shift(path, block)
    wave = read_cycle(shape, time / period - shift)
    swell = block_swell(rest, block, wave)
    season = swell[block] * wave

    bare = value - season
    seen = np.isfinite(bare)
    filled = np.interp(time, time[seen], bare[seen])
    middle = np.median(filled)
    scale = pair_scale(np.diff(filled)) / np.sqrt(2.0)
    tame = middle + bend_spikes(filled - middle, pair_scale(filled))
    level = step_levels(tame, cfg.level.least, cfg.level.price * scale**2)
    return Parts(period, shape, block, shift, swell, season, level, bare - level, scale)


def look_ahead(
    parts: Parts, cfg: SimpleNamespace, ahead: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What is said of the coming steps, lower and upper limits, all (ahead,)."""
    n = len(parts.block)
    place = (n + np.arange(ahead)) / parts.period - coming_shift(parts.shift, parts.block, ahead)
    memory = memory_of(parts.rest)
    last = parts.rest[np.isfinite(parts.rest)][-1]
    last = float(bend_spikes(np.array([last]), parts.scale)[0])
    said = parts.level[-1] + parts.swell[-1] * read_cycle(parts.shape, place)
    said = said + last * memory ** np.arange(1, ahead + 1)
    wander = np.sqrt(np.mean(np.diff(parts.shift) ** 2))
    spread = coming_spread(
        parts.scale, memory, parts.swell[-1], parts.shape, place, float(wander)
    )
    reach = NormalDist().inv_cdf(0.5 + 0.5 * cfg.report.level) * spread
    return said, said - reach, said + reach
