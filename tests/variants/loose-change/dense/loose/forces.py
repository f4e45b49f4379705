"""Forces of contacts, and what they add up to."""
from types import SimpleNamespace

import numpy as np

from .contacts import Contacts


def normal_push(
    gap: np.ndarray, closing: np.ndarray, size: np.ndarray, law: SimpleNamespace
) -> np.ndarray:
    closed = gap <= 0.0
    out = np.empty(len(gap))
    depth, speed = -gap[closed] / size[closed], closing[closed] / size[closed]
    spring = law.stiffness * size[closed] * depth * np.sqrt(depth)
    out[closed] = spring * np.fmax(0.0, 1.0 + law.damping * speed)
    left = 1.0 - gap[~closed] / (law.reach * size[~closed])
    out[~closed] = -27.0 * law.cohesion * size[~closed] * left**2 * (1.0 - left) / 4.0
    return out


def grip(
    stretch: np.ndarray,
    slip: np.ndarray,
    push: np.ndarray,
    size: np.ndarray,
    law: SimpleNamespace,
    dt: float,
) -> tuple[np.ndarray, np.ndarray]:
    kept = stretch + slip * dt
    holds = law.friction * np.clip(push + law.cohesion * size, 0.0, None) / law.grip
    sticks = np.abs(kept) <= holds
    kept[~sticks] = np.copysign(0.8 * holds, kept)[~sticks]
    return law.grip * kept + law.rubbing * slip * sticks, kept


def assemble(
    contacts: Contacts, push: np.ndarray, drag: np.ndarray, radius: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    rows = np.arange(len(push))
    second, first = np.zeros((2, len(push), len(radius)))
    first[rows, contacts.pair[:, 0]] = 1.0
    second[rows, contacts.pair[:, 1]] = 1.0
    on_second = push[:, None] * contacts.normal - drag[:, None] * contacts.tangent
    both = (first + second) @ radius
    torque = radius * ((drag * (both + contacts.gap) / both) @ (first + second))
    return (second - first).T @ on_second, torque
