"""Forces of contacts, and what they add up to."""
from types import SimpleNamespace

import numpy as np

from .contacts import Contacts


def normal_push(
    gap: np.ndarray, closing: np.ndarray, size: np.ndarray, law: SimpleNamespace
) -> np.ndarray:
    """Normal forces (C,), positive where discs push; gap, closing, size (the gauge) are (C,)."""
    depth = np.maximum(-gap / size, 0.0)
    brake = np.maximum(1.0 + law.damping * closing / size, 0.0)
    push = law.stiffness * size * depth**1.5 * brake
    share = np.clip(gap / (law.reach * size), 0.0, 1.0)
    return push - 6.75 * law.cohesion * size * share * (1.0 - share) ** 2


def grip(
    stretch: np.ndarray,
    slip: np.ndarray,
    push: np.ndarray,
    size: np.ndarray,
    law: SimpleNamespace,
    dt: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Tangential forces and new stretches, both (C,); size is the gauge."""
    trial = stretch + dt * slip
    limit = law.friction * np.maximum(push + law.cohesion * size, 0.0)
    slips = law.grip * np.abs(trial) > limit
    kept = np.where(slips, 0.8 * limit / law.grip * np.sign(trial), trial)
    return law.grip * kept + np.where(slips, 0.0, law.rubbing * slip), kept


def assemble(
    contacts: Contacts, push: np.ndarray, drag: np.ndarray, radius: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Forces (N, 2) and torques (N,) on the discs; push and drag, normal and tangential, (C,)."""
    force, torque = np.zeros((len(radius), 2)), np.zeros(len(radius))
    on_first = -push[:, None] * contacts.normal + drag[:, None] * contacts.tangent
    first, second = contacts.pair.T
    np.add.at(force, first, on_first)
    np.add.at(force, second, -on_first)
    stretch = 1.0 + contacts.gap / (radius[first] + radius[second])
    np.add.at(torque, first, stretch * radius[first] * drag)
    np.add.at(torque, second, stretch * radius[second] * drag)
    return force, torque
