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
    apart = separation(position[:, None], position[None, :], side, strain)
    far = np.linalg.norm(apart, axis=2)
    touch = np.add.outer(radius, radius)
    size = 2.0 * np.multiply.outer(radius, radius) / touch
    pair = np.argwhere(np.triu(far - touch < reach * size, 1))
    chosen = tuple(pair.T)
    return Contacts(pair, apart[chosen] / far[chosen][:, None], (far - touch)[chosen])


def carry_stretch(
    old_pair: np.ndarray, old_stretch: np.ndarray, pair: np.ndarray, gap: np.ndarray
) -> np.ndarray:
    count = 1 + max(pair.max(initial=0), old_pair.max(initial=0))
    table = np.zeros((count, count))
    table[old_pair[:, 0], old_pair[:, 1]] = old_stretch
    return table[pair[:, 0], pair[:, 1]] / np.where(gap <= 0.0, 1.0, 2.0)


def contact_motion(
    contacts: Contacts, radius: np.ndarray, velocity: np.ndarray, spin: np.ndarray, rate: float
) -> tuple[np.ndarray, np.ndarray]:
    i, j = contacts.pair[:, 0], contacts.pair[:, 1]
    normal = contacts.normal @ np.array([1.0, 1.0j])
    flat = velocity @ np.array([1.0, 1.0j])
    far = contacts.gap + radius[i] + radius[j]
    turned = (flat[j] - flat[i] + rate * far * normal.imag) * normal.conj()
    share = radius[i] / (radius[i] + radius[j])
    return -turned.real, turned.imag - far * (share * spin[i] + (1.0 - share) * spin[j])
