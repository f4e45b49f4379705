"""Discs on the move."""
import math
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
    position, velocity = state.position.copy(), state.velocity.copy()
    spin, travel = state.spin.copy(), state.travel.copy()
    for i, a in enumerate(radius.tolist()):
        keep = math.exp(-film * dt / a)
        cy = velocity[i, 1] + dt * force[i, 1] / (a * a)
        cx = velocity[i, 0] + dt * force[i, 0] / (a * a) - dt * rate * cy
        cx, cy = cx * keep, cy * keep
        turned = spin[i] + 2.0 * dt * torque[i] / a**4
        spin[i] = keep * keep * turned - 0.5 * rate * (1.0 - keep * keep)
        middle = position[i, 1] + 0.5 * dt * cy
        position[i] += [dt * (cx + rate * middle), dt * cy]
        travel[i] += [dt * cx, dt * cy]
        velocity[i] = cx, cy
    return State(position, velocity, spin, travel)
