"""From a register to a release."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .budget import level_shares, node_precision, stopping_nodes
from .downward import pass_down
from .measure import Measured, blend_rounds, measure_nodes
from .register import Register
from .report import reported_variance
from .rounding import round_tree
from .upward import fuse_up


@dataclass(frozen=True)
class Release:
    """Both rounds; where the descent stopped; counts of both rounds together, consistent counts,
    whole counts and the published variances, all (V,)."""

    pilot: Measured
    main: Measured
    stops: np.ndarray
    count: np.ndarray
    final: np.ndarray
    table: np.ndarray
    variance: np.ndarray

    @property
    def rounds(self) -> list[Measured]:
        return [self.pilot, self.main]


def release(register: Register, cfg: SimpleNamespace, rho: float, key: int) -> Release:
    """Publish the counts of a register with the budget rho."""
    tree, cap = register.tree, cfg.bounding.cap
    first = cfg.budget.pilot * rho
    second = rho - first

    middle = (tree.depth > 0) & (tree.depth < tree.height)
    part = np.where(middle, 1.0 / (tree.height - 1), 0.0)
    pilot = measure_nodes(register.members, part, first, cap, key, 1)

    share = level_shares(tree.width, cfg.budget.lean)
    unit = cap / np.sqrt(2.0 * second)
    stops = stopping_nodes(tree, pilot.count, share, unit, cfg.budget.patience)
    part = node_precision(tree, share, stops)
    main = measure_nodes(register.members, part, second, cap, key, 2)

    count, variance = blend_rounds(pilot, main)
    fused, variance = fuse_up(tree, count, variance, stops)
    final = pass_down(tree, fused, variance, stops)
    said = reported_variance(tree, fused, variance, stops, final, cfg.report.scatter)
    return Release(pilot, main, stops, count, final, round_tree(tree, final), said)
