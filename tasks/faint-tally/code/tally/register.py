"""Synthetic registers: a tree of places, and households whose members are counted in them."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .tree import Tree


@dataclass(frozen=True)
class Register:
    """The tree, and members (H, V) of each household at each node."""

    tree: Tree
    members: np.ndarray

    @property
    def persons(self) -> np.ndarray:
        """Members of each household (H,)."""
        return self.members[:, 0]

    @property
    def totals(self) -> np.ndarray:
        """Persons at each node (V,)."""
        return self.members.sum(axis=0)


def make_places(rng: np.random.Generator, cfg: SimpleNamespace) -> tuple[np.ndarray, np.ndarray]:
    """Depth and parent of each node."""
    depth, parent, level = [0], [-1], [0]
    for d, (least, most) in enumerate(cfg.branching, start=1):
        below = []
        for node in level:
            for _ in range(least + int((most - least + 1) * rng.random())):
                below.append(len(depth))
                depth.append(d)
                parent.append(node)
        level = below
    return np.array(depth, dtype=np.int64), np.array(parent, dtype=np.int64)


def make_register(cfg: SimpleNamespace) -> Register:
    """Draw a register from the `world` table of a configuration."""
    rng = np.random.default_rng([cfg.seed, 11])
    depth, parent = make_places(rng, cfg)
    ease = np.zeros(len(depth))
    for node in range(1, len(depth)):
        ease[node] = ease[parent[node]] + cfg.unevenness * rng.normal()
    wards = np.flatnonzero(depth == depth[-1])
    draw = np.exp(ease[wards])
    dwellings = np.zeros(len(depth))
    dwellings[wards] = 1.0 + np.floor(
        cfg.households * draw / draw.sum() * np.exp(0.5 * rng.normal(size=len(wards)))
    )
    for node in range(len(depth) - 1, 0, -1):
        dwellings[parent[node]] += dwellings[node]

    edges = np.cumsum(draw) / draw.sum()
    near = np.minimum(np.searchsorted(edges, rng.random(cfg.households)), len(wards) - 1)
    members = np.zeros((cfg.households, len(depth)))
    for home in range(cfg.households):
        persons = 1 + int(-cfg.crowding * np.log(1.0 - rng.random()))
        for _ in range(persons):
            ward = near[home]
            if rng.random() < cfg.away:
                far = np.searchsorted(edges, rng.random())
                beside = ward + (1 if rng.random() < 0.5 else -1)
                ward = far if rng.random() < 0.4 else beside
                ward = min(max(int(ward), 0), len(wards) - 1)
            node = int(wards[ward])
            while node >= 0:
                members[home, node] += 1.0
                node = int(parent[node])
    return Register(Tree(depth, parent, dwellings), members)
