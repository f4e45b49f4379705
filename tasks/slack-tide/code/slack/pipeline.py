"""From a world to a stream of intervals."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .basis import design
from .calendar import arrivals
from .centre import blended_residuals, fit_centre, gauge_offsets
from .easing import ease_margins
from .folds import deal_gauges
from .pooling import pool_quantiles
from .quantile import tail_quantile
from .scale import ScaleField
from .scores import graded_misses, margins, signed_scores
from .split import SplitTracker
from .weights import reading_weights
from .world import World


@dataclass(frozen=True)
class Calibrated:
    """residual, scale, score (N,) of all readings; the training rows hold blended residuals."""

    residual: np.ndarray
    scale: np.ndarray
    score: np.ndarray


@dataclass(frozen=True)
class Stream:
    """Issued intervals: day, gauge, basin, residual (M,), margin (M, 2); levels (days, G, 2)."""

    day: np.ndarray
    gauge: np.ndarray
    basin: np.ndarray
    residual: np.ndarray
    margin: np.ndarray
    levels: np.ndarray

    @property
    def width(self) -> np.ndarray:
        """Widths (M,) of the intervals."""
        return self.margin.sum(axis=1)


def calibrate(world: World, cfg: SimpleNamespace) -> Calibrated:
    """Fit centre and scale on the readings before `start`."""
    train = world.day < cfg.stream.start
    day, gauge, level = world.day[train], world.gauge[train], world.level[train]
    columns = design(world.x, world.day, world.x[train], cfg.weights.period)
    weight = reading_weights(day, gauge, cfg.stream.start, cfg.weights.decay, cfg.weights.period)
    coefficients = fit_centre(columns[train], level, weight, cfg.centre.penalty)
    residual = world.level - columns @ coefficients
    offset = gauge_offsets(residual[train], weight, gauge, world.basin, cfg.centre.pooling)
    residual = residual - offset[world.gauge]
    fold = deal_gauges(gauge, world.basin, cfg.centre.folds)[gauge]
    residual[train] = blended_residuals(
        columns[train], level, weight, fold, residual[train], cfg.centre.penalty
    )
    place = columns[:, 1 : 1 + world.x.shape[1]]
    field = ScaleField(
        place[train], residual[train], weight, gauge, cfg.scale.neighbours, cfg.scale.prior_mass
    )
    scale = field.at(place, world.gauge)
    return Calibrated(residual, scale, signed_scores(residual, scale, cfg.scale.tempering))


def basin_quantiles(
    world: World, known: Calibrated, held: np.ndarray, now: int, levels: np.ndarray, cfg
) -> np.ndarray:
    """Pooled score quantiles (G, 2) below and above, from the held readings."""
    home = world.basin[world.gauge[held]]
    quantile = np.empty(levels.shape)
    size = np.empty(len(levels))
    for basin, (below, above) in enumerate(levels):
        rows = held[home == basin]
        weight = reading_weights(
            world.day[rows], world.gauge[rows], now, cfg.weights.decay, cfg.weights.period
        )
        size[basin] = weight.sum()
        score = known.score[rows]
        quantile[basin] = tail_quantile(-score, weight, below), tail_quantile(score, weight, above)
    pooled = [pool_quantiles(side, size, cfg.pooling.strength) for side in quantile.T]
    return np.column_stack(pooled)


def run_stream(world: World, cfg: SimpleNamespace) -> Stream:
    """Issue intervals day by day and learn from the readings that arrive."""
    known = calibrate(world, cfg)
    tracker = SplitTracker(int(world.basin.max()) + 1, cfg.split)
    issued = np.full((len(world.day), 2), np.nan)
    last = np.full((len(world.basin), 2), np.nan)
    last_day = np.zeros(len(world.basin))
    levels = []
    plan = arrivals(world.day, world.gauge, world.delay, cfg.stream.start, cfg.stream.memory)
    for now, asked, learned, held in plan:
        if len(learned):
            miss = graded_misses(known.residual[learned], issued[learned])
            tracker.update(world.basin[world.gauge[learned]], miss, issued[learned])
        levels.append(tracker.levels)
        quantile = basin_quantiles(world, known, held, now, levels[-1], cfg)
        gauge = world.gauge[asked]
        fresh = margins(quantile[world.basin[gauge]], known.scale[asked], cfg.scale.tempering)
        issued[asked] = ease_margins(last[gauge], fresh, now - last_day[gauge])
        last[gauge], last_day[gauge] = issued[asked], now
    live = np.flatnonzero(world.day >= cfg.stream.start)
    gauge = world.gauge[live]
    return Stream(
        world.day[live],
        gauge,
        world.basin[gauge],
        known.residual[live],
        issued[live],
        np.array(levels),
    )
