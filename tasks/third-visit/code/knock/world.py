"""Synthetic towns: blocks of households, which open their doors at the first visit or later."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


@dataclass(frozen=True)
class Town:
    """Of blocks (B,): district, rank (income by the register), doors (households by the
    register). Of households (H,): block, old (whether somebody is over 65), rooms, spending,
    and opens: the visit at which the door opens."""

    district: np.ndarray
    rank: np.ndarray
    doors: np.ndarray
    block: np.ndarray
    old: np.ndarray
    rooms: np.ndarray
    spending: np.ndarray
    opens: np.ndarray


def make_town(cfg: SimpleNamespace) -> Town:
    """Draw a town from the `world` table of a configuration."""
    rng = np.random.default_rng([cfg.seed, 53])
    blocks, districts = cfg.blocks, cfg.districts
    size = rng.uniform(0.4, 2.2, size=districts)
    district = np.sort(rng.choice(districts, size=blocks, p=size / size.sum()).astype(np.intp))
    district[: 12 * districts] = np.repeat(np.arange(districts), 12)
    district = np.sort(district)
    wealth = 0.5 * rng.normal(size=districts)[district] + 0.5 * rng.normal(size=blocks)
    heads = (10 + rng.poisson(cfg.heads * rng.gamma(1.5, 1.0 / 1.5, size=blocks))).astype(np.intp)
    block = np.repeat(np.arange(blocks), heads)
    number = len(block)
    old = (rng.random(number) < 1.0 / (1.0 + np.exp(1.0 - 0.6 * wealth[block]))).astype(float)
    rooms = 1.0 + rng.poisson(np.exp(0.7 + 0.25 * wealth[block])).astype(float)
    taste = rng.normal(size=number)
    spending = np.exp(
        2.6 + 0.45 * wealth[block] - 0.35 * old + 0.12 * rooms + 0.5 * taste
    )
    open_chance = 1.0 / (1.0 + np.exp(0.5 - 1.0 * old + cfg.busy * taste + 0.3 * wealth[block]))
    opens = rng.geometric(np.maximum(open_chance, 0.02)).astype(np.intp)
    refuse = rng.random(number) < cfg.refusal * np.exp(0.3 * wealth[block])
    opens = np.where(refuse, 10**6, opens)
    rank = np.round(np.exp(2.0 + 0.6 * wealth + 0.15 * rng.normal(size=blocks)), 2)
    doors = np.maximum(np.round(heads * np.exp(0.12 * rng.normal(size=blocks))), 5.0)
    return Town(district, rank, doors, block, old, rooms, spending, opens)
