"""Which discs touch, how they move where they do, and what they remember of it."""
from dataclasses import dataclass

import numpy as np

from .box import separation


@dataclass(frozen=True)
class Contacts:
    """Contacts: pair (C, 2) of discs, the first the smaller number; normal (C, 2), gap (C,)."""

    pair: np.ndarray
    normal: np.ndarray
    gap: np.ndarray

    @property
    def tangent(self) -> np.ndarray:
        """Unit vectors (C, 2), the normals turned left by a right angle."""
        return np.stack([-self.normal[:, 1], self.normal[:, 0]], axis=1)


def gauge(pair: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Gauge (C,) of each pair, the harmonic mean of its two radii."""
    first, second = radius[pair[:, 0]], radius[pair[:, 1]]
    return 2.0 * first * second / (first + second)


def find_contacts(
    position: np.ndarray, radius: np.ndarray, side: float, strain: float, reach: float
) -> Contacts:
    """All contacts of discs at position (N, 2), in the order of their pairs."""
    first, second = np.triu_indices(len(radius), 1)
    apart = separation(position[first], position[second], side, strain)
    far = np.hypot(apart[:, 0], apart[:, 1])
    gap = far - radius[first] - radius[second]
    pair = np.stack([first, second], axis=1)
    near = gap < reach * gauge(pair, radius)
    return Contacts(pair[near], apart[near] / far[near, None], gap[near])


def carry_stretch(
    old_pair: np.ndarray, old_stretch: np.ndarray, pair: np.ndarray, gap: np.ndarray
) -> np.ndarray:
    """Stretch (C,) with which the contacts in pair (C, 2) begin a step."""
    known = {(int(i), int(j)): s for (i, j), s in zip(old_pair, old_stretch)}
    carried = np.array([known.get((int(i), int(j)), 0.0) for i, j in pair])
    return np.where(gap > 0.0, 0.5 * carried, carried)


def contact_motion(
    contacts: Contacts, radius: np.ndarray, velocity: np.ndarray, spin: np.ndarray, rate: float
) -> tuple[np.ndarray, np.ndarray]:
    """Closing speed and slip speed (C,) of the contacts."""
    first, second = contacts.pair.T
    far = contacts.gap + radius[first] + radius[second]
    moved = velocity[second] - velocity[first]
    moved[:, 0] += rate * far * contacts.normal[:, 1]
    closing = -np.sum(moved * contacts.normal, axis=1)
    arms = radius[contacts.pair] * (far / (radius[first] + radius[second]))[:, None]
    rolled = np.sum(arms * spin[contacts.pair], axis=1)
    return closing, np.sum(moved * contacts.tangent, axis=1) - rolled
