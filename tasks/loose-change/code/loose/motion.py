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
    """The state one step later, under forces (N, 2) and torques (N,)."""
    mass = radius**2
    lost = np.exp(-dt * film / radius)
    velocity = state.velocity + dt * force / mass[:, None]
    velocity[:, 0] -= dt * rate * velocity[:, 1]
    velocity = velocity * lost[:, None]
    flow = -0.5 * rate
    spin = state.spin + dt * torque / (0.5 * mass * radius**2)
    spin = flow + (spin - flow) * lost**2
    step = dt * velocity
    position = state.position + step
    position[:, 0] += dt * rate * (state.position[:, 1] + 0.5 * step[:, 1])
    return State(position, velocity, spin, state.travel + step)
