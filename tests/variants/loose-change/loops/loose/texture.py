"""What a packing looks like."""
import math

import numpy as np

from .box import separation
from .contacts import Contacts


def backbone(pair: np.ndarray, push: np.ndarray, count: int) -> np.ndarray:
    positive = [p for p in push.tolist() if p > 0]
    bar = sum(positive) / len(positive) / 10
    links = [set() for _ in range(count)]
    for (i, j), p in zip(pair.tolist(), push.tolist()):
        if p > bar:
            links[i].add(j)
            links[j].add(i)
    kept = set(range(count))
    while gone := {i for i in kept if len(links[i] & kept) < 3}:
        kept -= gone
    return np.array([i in kept for i in range(count)])


def fabric(contacts: Contacts, push: np.ndarray) -> tuple[float, float]:
    nx, ny = contacts.normal.T
    weight = np.where(push > 0, push, 0) ** 0.5
    share = weight / weight.sum()
    real, imaginary = share @ (nx**2 - ny**2), share @ (2 * nx * ny)
    heading = math.degrees(math.atan2(imaginary, real)) / 2
    return 2 * math.hypot(real, imaginary), heading + 180 if heading < 0 else heading


def bond_order(contacts: Contacts, radius: np.ndarray) -> np.ndarray:
    seen = [[] for _ in radius]
    for (i, j), (nx, ny), gap in zip(contacts.pair.tolist(), contacts.normal, contacts.gap):
        far = radius[i] + radius[j] + (gap if gap > 0 else 0)
        turn = complex(nx, ny) ** 6
        seen[i].append((math.asin(radius[j] / far), turn))
        seen[j].append((math.asin(radius[i] / far), turn))
    out = []
    for views in seen:
        if len(views) < 3:
            out.append(math.nan)
            continue
        total = sum(angle for angle, _ in views)
        mean = sum(angle * turn for angle, turn in views) / total
        chance = sum(angle * angle for angle, _ in views) / total**2
        out.append(1 - (1 - abs(mean) ** 2) / (1 - chance))
    return np.array(out)


def crowding(
    position: np.ndarray, radius: np.ndarray, side: float, strain: float, edges: np.ndarray
) -> np.ndarray:
    bins = len(edges) - 1
    found, expected = np.zeros(bins), np.zeros(bins)
    for i in range(len(radius)):
        for j in range(i):
            touch = radius[i] + radius[j]
            scaled = math.hypot(*separation(position[i], position[j], side, strain)) / touch - 1
            for b in range(bins):
                inside = edges[b] <= scaled < edges[b + 1]
                found[b] += inside or (b == bins - 1 and scaled == edges[-1])
                ring = (touch * (1 + edges[b + 1])) ** 2 - (touch * (1 + edges[b])) ** 2
                expected[b] += math.pi * ring / side**2
    return found / expected
