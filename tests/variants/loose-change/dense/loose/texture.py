"""What a packing looks like."""
import numpy as np

from .box import separation
from .contacts import Contacts


def backbone(pair: np.ndarray, push: np.ndarray, count: int) -> np.ndarray:
    bears = push > np.mean(push, where=push > 0.0) / 10.0
    links = np.zeros((count, count), dtype=np.int64)
    links[tuple(pair[bears].T)] = 1
    links = links + links.T
    kept = np.ones(count, dtype=np.int64)
    for _ in range(count):
        kept = kept * (links @ kept > 2)
    return kept.astype(bool)


def fabric(contacts: Contacts, push: np.ndarray) -> tuple[float, float]:
    weight = np.sqrt(push.clip(0.0))
    tensor = np.einsum("c,ca,cb->ab", weight, contacts.normal, contacts.normal) / weight.sum()
    (low, high), axes = np.linalg.eigh(tensor)
    heading = np.degrees(np.arctan2(axes[1, 1], axes[0, 1]))
    return float(2.0 * (high - low)), float(heading % 180.0)


def bond_order(contacts: Contacts, radius: np.ndarray) -> np.ndarray:
    count = len(radius)
    first, second = contacts.pair.T
    far = radius[first] + radius[second] + contacts.gap.clip(0.0)
    seen, turn = np.zeros((count, count)), np.zeros((count, count), dtype=complex)
    seen[first, second] = np.arcsin(radius[second] / far)
    seen[second, first] = np.arcsin(radius[first] / far)
    turn[first, second] = turn[second, first] = (contacts.normal @ [1.0, 1.0j]) ** 6
    several = np.count_nonzero(seen, axis=1) > 2
    share = seen[several] / seen[several].sum(axis=1, keepdims=True)
    chance = np.square(share).sum(axis=1)
    pole = np.square(np.abs((share * turn[several]).sum(axis=1)))
    out = np.full(count, np.nan)
    out[several] = (pole - chance) / (1.0 - chance)
    return out


def crowding(
    position: np.ndarray, radius: np.ndarray, side: float, strain: float, edges: np.ndarray
) -> np.ndarray:
    apart = separation(position[:, None], position[None, :], side, strain)
    touch = radius[:, None] + radius
    upper = np.triu(np.ones(touch.shape, dtype=bool), 1)
    scaled = np.sort((np.linalg.norm(apart, axis=2) / touch)[upper] - 1.0)
    below = np.searchsorted(scaled, edges, side="left")
    below[-1] = np.searchsorted(scaled, edges[-1], side="right")
    discs = np.pi * np.square(1.0 + np.asarray(edges)) * np.square(touch[upper]).sum()
    return np.diff(below) / np.diff(discs / side**2)
