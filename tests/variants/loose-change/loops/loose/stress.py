"""Stress of the box, and what a cycle makes of it."""
import numpy as np

from .contacts import Contacts


def box_stress(
    contacts: Contacts,
    push: np.ndarray,
    drag: np.ndarray,
    radius: np.ndarray,
    velocity: np.ndarray,
    side: float,
) -> tuple[float, float, float]:
    first, second = contacts.pair[:, 0], contacts.pair[:, 1]
    far = radius[first] + radius[second] + contacts.gap
    nx, ny = contacts.normal[:, 0], contacts.normal[:, 1]
    tx, ty = -ny, nx
    mass, (cx, cy) = radius * radius, velocity.T
    area = side * side
    pressure = (far @ push + mass @ (cx * cx + cy * cy)) / (2 * area)
    xy = far @ (nx * (push * ny - drag * ty)) + mass @ (cx * cy)
    yx = far @ (ny * (push * nx - drag * tx)) + mass @ (cx * cy)
    return pressure, -(xy + yx) / (2 * area), (yx - xy) / area


def cycle_moduli(
    stress: np.ndarray, strain: np.ndarray, steps: int
) -> tuple[float, float, float]:
    totals, weights = np.zeros(3), 0
    cycles = len(stress) // steps
    for k in range(1, cycles):
        e = strain.reshape(cycles, steps)[k]
        e = e - e.mean()
        ahead = np.array([e[(n + steps // 4) % steps] for n in range(steps)])
        basis, _ = np.linalg.qr(np.stack([e, ahead], axis=1))
        basis = basis * np.sign([basis[:, 0] @ e, basis[:, 1] @ ahead])
        s = stress.reshape(cycles, steps)[k]
        s = s - s.mean()
        parts = basis.T @ s
        size = np.sqrt(e @ e)
        rest = 1 - parts @ parts / (s @ s)
        totals += k * np.array([parts[0] / size, parts[1] / size, rest])
        weights += k
    return tuple(totals / weights)


def cycle_work(stress: np.ndarray, strain: np.ndarray, steps: int) -> np.ndarray:
    out = [0.0] * (len(stress) // steps)
    for n in range(len(stress)):
        following = stress[n + 1] if n + 1 < len(stress) else stress[n]
        mean = stress[n] + (following - stress[n]) / 3
        out[n // steps] += mean * (strain[n + 1] - strain[n])
    return np.array(out)
