"""Discs on the move."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class State:
    """Position, velocity (beside the flow) and travel (N, 2); spin (N,)."""

    position: np.ndarray
    velocity: np.ndarray
    spin: np.ndarray
    travel: np.ndarray


def advance(
    state: State,
    force: np.ndarray,
    torque: np.ndarray,
    radius: np.ndarray,
    rate: float,
    film: float,
    dt: float,
) -> State:
    kicked = state.velocity + dt * force / np.square(radius)[:, None]
    sheared = kicked @ np.array([[1.0, 0.0], [-dt * rate, 1.0]])
    decay = np.exp(-film * dt / radius)[:, None]
    velocity = sheared * decay
    beside = state.spin + 2.0 * dt * torque / radius**4 + rate / 2.0
    spin = beside * np.square(decay[:, 0]) - rate / 2.0
    flow = dt * rate * np.array([[0.0, 0.0], [1.0, 0.0]])
    middle = state.position + velocity * dt / 2.0
    position = state.position + dt * velocity + middle @ flow
    return State(position, velocity, spin, state.travel + dt * velocity)
