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
    """Pressure, shear stress and couple of the box; push and drag are (C,)."""
    far = contacts.gap + radius[contacts.pair].sum(axis=1)
    on_second = push[:, None] * contacts.normal - drag[:, None] * contacts.tangent
    tensor = (far[:, None] * contacts.normal).T @ on_second
    tensor += (radius[:, None] ** 2 * velocity).T @ velocity
    tensor /= side**2
    pressure = 0.5 * (tensor[0, 0] + tensor[1, 1])
    shear = -0.5 * (tensor[0, 1] + tensor[1, 0])
    return pressure, shear, tensor[1, 0] - tensor[0, 1]


def cycle_moduli(
    stress: np.ndarray, strain: np.ndarray, steps: int
) -> tuple[float, float, float]:
    """Storage and loss modulus and the share of stress that is neither.

    stress, strain (cycles * steps,): at the start of each step.
    """
    rows = []
    for number in range(1, len(stress) // steps):
        part = slice(number * steps, (number + 1) * steps)
        with_it = strain[part] - strain[part].mean()
        ahead = np.roll(with_it, -(steps // 4))
        ahead = ahead - with_it * (ahead @ with_it) / (with_it @ with_it)
        felt = stress[part] - stress[part].mean()
        storage = felt @ with_it / (with_it @ with_it)
        loss = felt @ ahead / np.sqrt((ahead @ ahead) * (with_it @ with_it))
        rest = felt - storage * with_it - ahead * (felt @ ahead) / (ahead @ ahead)
        rows.append([storage, loss, (rest @ rest) / (felt @ felt)])
    return tuple(np.average(rows, axis=0, weights=np.arange(1, len(rows) + 1)))


def cycle_work(stress: np.ndarray, strain: np.ndarray, steps: int) -> np.ndarray:
    """Work (cycles,) done on the box in each cycle, per area.

    stress (cycles * steps,) at the start of each step; strain (cycles * steps + 1,).
    """
    later = np.append(stress[1:], stress[-1])
    spent = (2.0 * stress + later) / 3.0 * np.diff(strain)
    return spent.reshape(-1, steps).sum(axis=1)
