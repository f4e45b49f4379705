"""Packings to start from."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


@dataclass(frozen=True)
class Packing:
    """Discs at rest: position (N, 2), radius (N,), and the side of the periodic box."""

    position: np.ndarray
    radius: np.ndarray
    side: float


def make_packing(world: SimpleNamespace) -> Packing:
    """Discs of two sizes, with a little spread, pushed apart until few of them overlap much."""
    rng = np.random.default_rng(world.seed)
    radius = np.where(np.arange(world.discs) % 2 == 0, 1.0, world.ratio)
    radius = radius * np.exp(world.spread * rng.standard_normal(world.discs))
    side = float(np.sqrt(np.pi * np.sum(radius**2) / world.fraction))
    place = side * rng.random((world.discs, 2))
    touch = radius[:, None] + radius[None, :]
    for sweep in range(world.sweeps):
        apart = place[:, None] - place[None, :]
        apart -= side * np.rint(apart / side)
        far = np.hypot(apart[..., 0], apart[..., 1]) + np.eye(world.discs)
        inside = np.maximum(touch - far, 0.0) * (1.0 - np.eye(world.discs))
        place = place + 0.3 * np.einsum("ij,ijk->ik", inside / far, apart)
    return Packing(place, radius, side)
