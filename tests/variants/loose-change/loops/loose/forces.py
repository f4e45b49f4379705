"""Forces of contacts, and what they add up to."""
import math
from types import SimpleNamespace

import numpy as np

from .contacts import Contacts


def normal_push(
    gap: np.ndarray, closing: np.ndarray, size: np.ndarray, law: SimpleNamespace
) -> np.ndarray:
    out = []
    for g, q, h in zip(gap.tolist(), closing.tolist(), size.tolist()):
        if g <= 0:
            out.append(max(law.stiffness * (-g) ** 1.5 / math.sqrt(h) * (1 + law.damping * q / h), 0))
        else:
            z = g / (law.reach * h)
            out.append(-27 / 4 * law.cohesion * h * (z - 2 * z * z + z**3))
    return np.array(out, dtype=float)


def grip(
    stretch: np.ndarray,
    slip: np.ndarray,
    push: np.ndarray,
    size: np.ndarray,
    law: SimpleNamespace,
    dt: float,
) -> tuple[np.ndarray, np.ndarray]:
    force, kept = [], []
    for xi, p, push_here, h in zip(stretch, slip, push, size):
        tried = xi + p * dt
        most = max(law.friction * (push_here + law.cohesion * h), 0.0)
        if abs(law.grip * tried) <= most:
            kept.append(tried)
            force.append(law.grip * tried + law.rubbing * p)
        else:
            held = math.copysign(0.8 * most, tried)
            kept.append(held / law.grip)
            force.append(held)
    return np.array(force), np.array(kept)


def assemble(
    contacts: Contacts, push: np.ndarray, drag: np.ndarray, radius: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    count = len(radius)
    first, second = contacts.pair[:, 0], contacts.pair[:, 1]
    nx, ny = contacts.normal.T
    fx, fy = push * nx + drag * ny, push * ny - drag * nx
    force = np.empty((count, 2))
    for axis, part in enumerate((fx, fy)):
        pushed = np.bincount(second, weights=part, minlength=count)
        force[:, axis] = pushed - np.bincount(first, weights=part, minlength=count)
    both = radius[first] + radius[second]
    turn = drag * (both + contacts.gap) / both
    torque = np.bincount(first, weights=turn, minlength=count)
    torque = torque + np.bincount(second, weights=turn, minlength=count)
    return force, torque * radius
