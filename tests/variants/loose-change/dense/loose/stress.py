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
    far = contacts.gap + radius[contacts.pair[:, 0]] + radius[contacts.pair[:, 1]]
    normal = contacts.normal
    tensor = np.einsum("c,ca,cb->ab", far * push, normal, normal)
    tensor = tensor - np.einsum("c,ca,cb->ab", far * drag, normal, contacts.tangent)
    tensor = tensor + np.einsum("i,ia,ib->ab", np.square(radius), velocity, velocity)
    tensor = tensor / (side * side)
    shear = (tensor + tensor.T)[0, 1] / -2.0
    return np.trace(tensor) / 2.0, shear, (tensor.T - tensor)[0, 1]


def cycle_moduli(
    stress: np.ndarray, strain: np.ndarray, steps: int
) -> tuple[float, float, float]:
    felt = stress.reshape(-1, steps)[1:]
    felt = felt - felt.mean(axis=1, keepdims=True)
    path = strain.reshape(-1, steps)[1:]
    path = path - path.mean(axis=1, keepdims=True)
    quarter = steps // 4
    ahead = np.hstack([path[:, quarter:], path[:, :quarter]])

    def inner(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        return np.sum(left * right, axis=1)

    power = inner(path, path)
    ahead = ahead - (inner(ahead, path) / power)[:, None] * path
    own = inner(ahead, ahead)
    storage, turned = inner(felt, path) / power, inner(felt, ahead)
    loss = turned / np.sqrt(own * power)
    rest = 1.0 - (storage**2 * power + turned**2 / own) / inner(felt, felt)
    weight = np.arange(1.0, len(felt) + 1.0)
    return tuple((weight @ part) / weight.sum() for part in (storage, loss, rest))


def cycle_work(stress: np.ndarray, strain: np.ndarray, steps: int) -> np.ndarray:
    gain = strain[1:] - strain[:-1]
    first = stress * gain * 2.0 / 3.0
    second = np.concatenate([stress[1:], stress[-1:]]) * gain / 3.0
    return np.add.reduceat(first + second, np.arange(0, len(stress), steps))
