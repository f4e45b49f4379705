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
    pairs, normals, gaps = [], [], []
    for i in range(len(radius) - 1):
        apart = separation(position[i], position[i + 1 :], side, strain)
        square = apart[:, 0] ** 2 + apart[:, 1] ** 2
        touch = radius[i] + radius[i + 1 :]
        bound = touch + reach * 2.0 / (1.0 / radius[i] + 1.0 / radius[i + 1 :])
        for k in np.flatnonzero(square < bound**2):
            far = square[k] ** 0.5
            pairs.append((i, i + 1 + k))
            normals.append(apart[k] / far)
            gaps.append(far - touch[k])
    return Contacts(
        np.array(pairs, dtype=np.int64).reshape(-1, 2),
        np.array(normals).reshape(-1, 2),
        np.array(gaps),
    )


def carry_stretch(
    old_pair: np.ndarray, old_stretch: np.ndarray, pair: np.ndarray, gap: np.ndarray
) -> np.ndarray:
    if len(old_pair) == 0:
        return np.zeros(len(pair))
    same = (pair[:, None, :] == old_pair[None, :, :]).all(axis=2)
    return same.astype(float) @ old_stretch * (1.0 - 0.5 * (gap > 0))


def contact_motion(
    contacts: Contacts, radius: np.ndarray, velocity: np.ndarray, spin: np.ndarray, rate: float
) -> tuple[np.ndarray, np.ndarray]:
    closing, slip = np.zeros(len(contacts.gap)), np.zeros(len(contacts.gap))
    for c, ((i, j), (nx, ny), gap) in enumerate(
        zip(contacts.pair.tolist(), contacts.normal.tolist(), contacts.gap.tolist())
    ):
        both = radius[i] + radius[j]
        far = gap + both
        wx = velocity[j, 0] - velocity[i, 0] + rate * far * ny
        wy = velocity[j, 1] - velocity[i, 1]
        closing[c] = -(wx * nx + wy * ny)
        turned = far / both * (radius[i] * spin[i] + radius[j] * spin[j])
        slip[c] = wy * nx - wx * ny - turned
    return closing, slip
