"""Synthetic worlds: users in groups and households, items with mixed memberships."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .draws import stream


@dataclass(frozen=True)
class World:
    """counts (U, I) visits; user_group (U,); household (U,); membership (I, H); patience (U,)."""

    counts: np.ndarray
    user_group: np.ndarray
    household: np.ndarray
    membership: np.ndarray
    patience: np.ndarray

    @property
    def n_users(self) -> int:
        return self.counts.shape[0]

    @property
    def n_items(self) -> int:
        return self.counts.shape[1]

    @property
    def n_user_groups(self) -> int:
        return int(self.user_group.max()) + 1

    @property
    def n_households(self) -> int:
        return int(self.household.max()) + 1


def _spread(rng: np.random.Generator, size: int, bins: int, tilt: float) -> np.ndarray:
    """Labels 0..bins-1, each used at least once, earlier labels more often."""
    odds = np.exp(-tilt * np.arange(bins))
    labels = rng.choice(bins, size=size, p=odds / odds.sum()).astype(np.intp)
    labels[:bins] = np.arange(bins)
    return labels


def make_world(cfg: SimpleNamespace) -> World:
    """Draw a world from the `world` table of a configuration."""
    rng = stream(cfg.seed, "world")
    user_group = _spread(rng, cfg.users, cfg.user_groups, cfg.group_tilt)
    household = _spread(rng, cfg.users, cfg.households, 2.5 / cfg.households)
    kin = household * cfg.user_groups // cfg.households
    user_group = np.where(rng.random(cfg.users) < cfg.mingling, user_group, kin)
    main_group = _spread(rng, cfg.items, cfg.item_groups, cfg.group_tilt)
    membership = rng.gamma(0.35, size=(cfg.items, cfg.item_groups))
    membership[np.arange(cfg.items), main_group] += 3.0
    membership /= membership.sum(axis=1, keepdims=True)
    bond = cfg.taste * rng.normal(size=(cfg.user_groups, cfg.item_groups))
    shared = cfg.kinship * rng.normal(size=(cfg.households, cfg.items))
    pull = -cfg.skew * np.log1p(rng.permutation(cfg.items))
    drive = rng.gamma(2.0, 0.5, size=cfg.users)
    rate = bond[user_group] @ membership.T + shared[household] + pull[None, :]
    rate = np.exp(rate)
    rate *= (cfg.mean_visits * drive / rate.sum(axis=1))[:, None]
    counts = rng.poisson(rate).astype(np.float64)
    counts[np.arange(cfg.users), rate.argmax(axis=1)] += 1.0
    crowd = np.bincount(household, minlength=cfg.households)[household]
    patience = rng.uniform(cfg.patience_low, cfg.patience_high, size=cfg.users)
    patience = patience * np.exp(-cfg.haste * user_group) / np.sqrt(crowd)
    return World(counts, user_group, household, membership, patience)
