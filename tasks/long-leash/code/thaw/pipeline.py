"""From a survey to particles under each form of growth."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .anchor import Anchor
from .evidence import Pooled, pool_islands, stage_ratio
from .model import Model
from .moves import acceptance, half_resample, move_frame, propose, retune
from .path import next_warmth, normalised, path_log_density, perplexity
from .points import lattice
from .world import Survey


@dataclass(frozen=True)
class Island:
    """theta (n, d), weight (n,); log_evidence and hysteresis, summed over stages; warmth,
    worth, angle, sweeps, taken: one value a stage."""

    theta: np.ndarray
    weight: np.ndarray
    log_evidence: float
    hysteresis: float
    warmth: list[float]
    worth: list[float]
    angle: list[float]
    sweeps: list[int]
    taken: list[float]


@dataclass(frozen=True)
class Fit:
    """All islands of one form: theta (I * n, d), weight (I * n,), and the pooled evidence."""

    model: Model
    islands: list[Island]
    pooled: Pooled
    theta: np.ndarray
    weight: np.ndarray


def run_island(model: Model, anchor: Anchor, number: int, cfg: SimpleNamespace) -> Island:
    """One population of particles from the anchor to the target."""
    start = np.random.default_rng([cfg.particles.seed, number])
    theta = anchor.place(lattice(cfg.particles.number, start.random(len(anchor.at))))
    log_anchor, log_target = anchor.log_density(theta), model.log_target(theta)
    n, d = theta.shape
    weight = np.full(n, 1.0 / n)
    warmth, angle = 0.0, cfg.moves.angle
    ratios, log = [], []
    while warmth < 1.0:
        rng = np.random.default_rng([cfg.particles.seed, number, len(ratios) + 1])
        new = next_warmth(weight, log_anchor, log_target, warmth, cfg.path.keep)

        def rise(la: np.ndarray, lt: np.ndarray) -> np.ndarray:
            return path_log_density(la, lt, new) - path_log_density(la, lt, warmth)

        before, rise_before = weight, rise(log_anchor, log_target)
        weight = normalised(np.log(weight) + rise_before)
        worth = perplexity(weight) / n
        if worth < cfg.path.below:
            parent, weight = half_resample(weight, log_target, rng.random())
            theta, log_anchor, log_target = theta[parent], log_anchor[parent], log_target[parent]
        mean, factor = move_frame(theta, weight)
        origin = theta
        for sweep in range(1, cfg.moves.most + 1):
            noise, luck = rng.normal(size=(n, d)), rng.random(n)
            proposed = propose(theta, mean, factor, angle, noise)
            la, lt = anchor.log_density(proposed), model.log_target(proposed)
            gain = path_log_density(la, lt, new) - path_log_density(log_anchor, log_target, new)
            chance = acceptance(theta, proposed, gain, mean, factor)
            moved = luck < chance
            theta = np.where(moved[:, None], proposed, theta)
            log_anchor, log_target = np.where(moved, la, log_anchor), np.where(moved, lt, log_target)
            angle = retune(angle, chance, weight, sweep)
            travel = np.linalg.solve(factor, (theta - origin).T)
            if weight @ (travel**2).sum(axis=0) >= cfg.moves.travel * d:
                break
        ratios.append(stage_ratio(before, rise_before, weight, rise(log_anchor, log_target)))
        log.append((new, worth, angle, sweep, float(weight @ chance)))
        warmth = new
    ratio, hysteresis = np.sum(ratios, axis=0)
    return Island(theta, weight, ratio, hysteresis, *map(list, zip(*log)))


def fit(form: str, survey: Survey, cfg: SimpleNamespace) -> Fit:
    """All islands of one form of growth."""
    model = Model(form, survey)
    anchor = Anchor.fit(model.log_terms, model.table[:, 0], cfg.anchor.steps)
    islands = [run_island(model, anchor, i, cfg) for i in range(cfg.particles.islands)]
    pooled = pool_islands(
        np.array([island.log_evidence for island in islands]),
        np.array([island.hysteresis for island in islands]),
    )
    return Fit(
        model,
        islands,
        pooled,
        np.concatenate([island.theta for island in islands]),
        np.concatenate([s * island.weight for s, island in zip(pooled.share, islands)]),
    )
