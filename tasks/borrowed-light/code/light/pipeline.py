"""From a graph with seeds to beliefs about all nodes."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .beliefs import balance, brightness, fit_temperature, soften
from .classes import class_contrast, first_beliefs
from .degree import borrowed_part, lending_matrix
from .edges import add_bridges, edge_weights, shared_support
from .seeds import class_priors, deal_seeds, promote, seed_light
from .spread import spread_light
from .words import kinship
from .world import World


@dataclass(frozen=True)
class Sky:
    """A weighted graph: kin, weight, lending (n, n)."""

    kin: np.ndarray
    weight: np.ndarray
    lending: np.ndarray

    @property
    def strength(self) -> np.ndarray:
        return self.weight.sum(axis=1)


@dataclass(frozen=True)
class Round:
    """What one round found: belief (n, K), contrast (K, K), temperature, and the brightness of
    the light of nodes that aren't seeds."""

    belief: np.ndarray
    contrast: np.ndarray
    temperature: float
    bright: float


def make_sky(world: World, cfg: SimpleNamespace) -> Sky:
    """Edges, bridges and what nodes lend each other."""
    kin = kinship(world.words)
    bridge = add_bridges(world.adjacent, kin, cfg.graph.least)
    support = shared_support(world.adjacent | bridge)
    weight = edge_weights(world.adjacent, bridge, kin, support)
    return Sky(kin, weight, lending_matrix(weight, cfg.graph.lend, cfg.graph.floor))


def known_mask(world: World) -> np.ndarray:
    """Whether each node is a seed (n,)."""
    known = np.zeros(len(world.label), dtype=bool)
    known[world.seeds] = True
    return known


def shine(
    sky: Sky,
    seeds: np.ndarray,
    own: np.ndarray,
    extra: np.ndarray,
    contrast: np.ndarray,
    cfg: SimpleNamespace,
) -> np.ndarray:
    """Light (n, K) from seeds (S,) with their own light (S, K), and extra light (n, K)."""
    known = np.zeros(len(extra), dtype=bool)
    known[seeds] = True
    source = extra.copy()
    source[seeds] = own
    part = borrowed_part(sky.weight, known, cfg.spread.most)
    return spread_light(
        sky.lending, sky.strength, part, contrast, source, cfg.spread.haze, cfg.spread.steps
    )


def illuminate(world: World, sky: Sky, cfg: SimpleNamespace) -> list[Round]:
    """Both rounds; the beliefs of the last about nodes that aren't seeds are balanced."""
    seeds, label = world.seeds, world.label[world.seeds]
    known = known_mask(world)
    prior = class_priors(label, world.classes)
    sure = np.eye(world.classes)[label]
    own = seed_light(label, sky.strength[seeds], prior)
    start = first_beliefs(sky.kin, seeds, label, prior)
    extra = cfg.spread.glimmer * (start - prior)

    contrast = class_contrast(sky.weight, start)
    fold = deal_seeds(label, sky.strength[seeds], cfg.spread.folds)
    held = np.empty_like(own)
    for number in range(cfg.spread.folds):
        out, kept = fold == number, fold != number
        glimmer = first_beliefs(sky.kin, seeds[kept], label[kept], prior) - prior
        faint = cfg.spread.glimmer * glimmer
        held[out] = shine(sky, seeds[kept], own[kept], faint, contrast, cfg)[seeds[out]]
    temperature = fit_temperature(held, label, prior)
    light = shine(sky, seeds, own, extra, contrast, cfg)
    belief = soften(light, prior, temperature)
    belief[seeds] = sure
    first = Round(belief, contrast, temperature, brightness(light[~known]))

    lifted = promote(belief, known, prior, cfg.spread.promoted)
    rows = np.flatnonzero(lifted >= 0)
    extra[rows] += 0.1 * seed_light(lifted[rows], sky.strength[rows], prior)
    contrast = class_contrast(sky.weight, belief)
    again = shine(sky, seeds, own, extra, contrast, cfg)
    bright = brightness(again[~known])
    temperature *= bright / first.bright
    belief = soften(again, prior, temperature)
    belief[~known] = balance(belief[~known], prior)
    belief[seeds] = sure
    return [first, Round(belief, contrast, temperature, bright)]
