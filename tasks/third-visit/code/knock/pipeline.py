"""From a town to a survey with weights."""
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .answers import door_weights, opening_chances
from .calibrate import calibrate, trim_weights
from .direct import block_jackknife, block_variance, residuals
from .draw import block_chances, draw_blocks, serpentine
from .strata import allocate, cut_strata
from .world import Town


@dataclass(frozen=True)
class Survey:
    """Of blocks drawn (b,): stratum, chance. Of households that answered (n,): household (its
    number in the town), block (its number among those drawn), district, visit, value, weight,
    and trimmed, the weight before calibration; columns (n, q) and totals (q,) of the latter."""

    stratum: np.ndarray
    chance: np.ndarray
    household: np.ndarray
    block: np.ndarray
    district: np.ndarray
    visit: np.ndarray
    value: np.ndarray
    weight: np.ndarray
    trimmed: np.ndarray
    columns: np.ndarray
    totals: np.ndarray
    slack: float

    def variance(self, influence: np.ndarray) -> float:
        """Variance of a sum of influences (n,), after calibration."""
        per_weight = residuals(influence / self.weight, self.weight, self.columns, self.slack)
        return block_variance(per_weight * self.weight, self.block, self.stratum, self.chance)

    def jackknife(self, statistic: Callable[[np.ndarray], float]) -> float:
        """Variance of a statistic of the weights (n,), which are calibrated anew."""

        def anew(trimmed: np.ndarray) -> float:
            return statistic(calibrate(trimmed, self.columns, self.totals, self.slack))

        return block_jackknife(anew, self.trimmed, self.block, self.stratum, self.chance)


def register(town: Town) -> np.ndarray:
    """Columns (H, q): one for each district, whether somebody is old, rooms, old times rooms."""
    place = np.eye(town.district.max() + 1)[town.district[town.block]]
    return np.column_stack([place, town.old, town.rooms, town.old * town.rooms])


def district_columns(town: Town) -> tuple[np.ndarray, np.ndarray]:
    """Columns (D, 2) of the districts, one and the share of old, and their shares (D,)."""
    home = town.district[town.block]
    heads = np.bincount(home).astype(float)
    old = np.bincount(home, weights=town.old) / heads
    return np.column_stack([np.ones(len(heads)), old]), heads / heads.sum()


def pick_blocks(town: Town, cfg: SimpleNamespace) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numbers of the blocks drawn, ascending, their strata and chances."""
    rng = np.random.default_rng([cfg.sample.seed, 1])
    stratum = cut_strata(town.rank, town.doors, cfg.sample.strata)
    chance = np.zeros(len(stratum))
    drawn = []
    for h, number in enumerate(allocate(stratum, town.rank, cfg.sample.blocks)):
        rows = np.flatnonzero(stratum == h)
        chance[rows] = block_chances(town.doors[rows], number)
        order = serpentine(town.district[rows], town.rank[rows])
        drawn.append(rows[draw_blocks(chance[rows], order, rng.random())])
    blocks = np.sort(np.concatenate(drawn))
    return blocks, stratum[blocks], chance[blocks]


def take_survey(town: Town, cfg: SimpleNamespace) -> Survey:
    """Draw blocks, knock at doors, weigh the answers."""
    blocks, stratum, chance = pick_blocks(town, cfg)
    doors, base, home = [], [], []
    for number, (b, pi) in enumerate(zip(blocks, chance)):
        rng = np.random.default_rng([cfg.sample.seed, 2, int(b)])
        inside = np.flatnonzero(town.block == b)
        taken = np.sort(rng.permutation(inside)[: cfg.sample.doors])
        doors.append(taken)
        base.append(np.full(len(taken), len(inside) / len(taken) / pi))
        home.append(np.full(len(taken), number))
    door, weight, block = np.concatenate(doors), np.concatenate(base), np.concatenate(home)
    visit = np.where(town.opens[door] <= cfg.sample.visits, town.opens[door], 0)
    group = (2 * stratum[block] + town.old[door]).astype(np.intp)
    opened = visit > 0
    opening = opening_chances(visit[opened], group[opened], cfg.sample.visits)
    weight = door_weights(weight, group, visit, opening, cfg.sample.visits)[opened]
    door, block = door[opened], block[opened]
    columns, totals = register(town)[door], register(town).sum(axis=0)
    district = town.district[town.block[door]]
    trimmed = trim_weights(weight, district, cfg.weights.reach)
    return Survey(
        stratum,
        chance,
        door,
        block,
        district,
        visit[opened],
        town.spending[door],
        calibrate(trimmed, columns, totals, cfg.weights.slack),
        trimmed,
        columns,
        totals,
        cfg.weights.slack,
    )
