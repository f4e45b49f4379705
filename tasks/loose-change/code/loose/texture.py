"""What a packing looks like."""
import numpy as np

from .box import separation
from .contacts import Contacts


def backbone(pair: np.ndarray, push: np.ndarray, count: int) -> np.ndarray:
    """Which (N,) of the discs bear load, from pair (C, 2) and push (C,)."""
    bearing = pair[push > 0.1 * push[push > 0.0].mean()]
    kept = np.ones(count, dtype=bool)
    while True:
        held = bearing[kept[bearing].all(axis=1)]
        stays = kept & (np.bincount(held.ravel(), minlength=count) >= 3)
        if (stays == kept).all():
            return kept
        kept = stays


def fabric(contacts: Contacts, push: np.ndarray) -> tuple[float, float]:
    """How uneven the directions of contacts are, and the heaviest direction in degrees."""
    weight = np.sqrt(np.maximum(push, 0.0))
    angle = np.arctan2(contacts.normal[:, 1], contacts.normal[:, 0])
    pole = np.sum(weight * np.exp(2j * angle)) / weight.sum()
    heading = np.degrees(0.5 * np.angle(pole)) % 180.0
    return float(2.0 * np.abs(pole)), float(heading)


def bond_order(contacts: Contacts, radius: np.ndarray) -> np.ndarray:
    """Sixfold order (N,) of the contacts of each disc, NaN for discs with less than three."""
    total, square = np.zeros(len(radius)), np.zeros(len(radius))
    pole = np.zeros(len(radius), dtype=complex)
    turn = np.exp(6j * np.arctan2(contacts.normal[:, 1], contacts.normal[:, 0]))
    for here, there in (contacts.pair.T, contacts.pair.T[::-1]):
        far = radius[here] + radius[there] + np.maximum(contacts.gap, 0.0)
        seen = np.arcsin(radius[there] / far)
        np.add.at(total, here, seen)
        np.add.at(square, here, seen**2)
        np.add.at(pole, here, seen * turn)
    out = np.full(len(radius), np.nan)
    several = np.bincount(contacts.pair.ravel(), minlength=len(radius)) >= 3
    chance = square[several] / total[several] ** 2
    out[several] = (np.abs(pole[several] / total[several]) ** 2 - chance) / (1.0 - chance)
    return out


def crowding(
    position: np.ndarray, radius: np.ndarray, side: float, strain: float, edges: np.ndarray
) -> np.ndarray:
    """Density (B,) of discs at the gaps between edges (B + 1,), beside an even spread."""
    first, second = np.triu_indices(len(radius), 1)
    apart = separation(position[first], position[second], side, strain)
    touch = radius[first] + radius[second]
    scaled = np.hypot(apart[:, 0], apart[:, 1]) / touch - 1.0
    found, _ = np.histogram(scaled, bins=edges)
    rings = np.pi * np.sum(touch**2) * np.diff((1.0 + edges) ** 2)
    return found * side**2 / rings
