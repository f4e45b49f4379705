"""How the search moves."""
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class State:
    """centre (d,), size and shape (d, d) of the search; drift (d,), the last move in sizes;
    walk (d,), the steps of late, evened by the root; trail (d,), the same as they were."""

    centre: np.ndarray
    size: float
    shape: np.ndarray
    drift: np.ndarray
    walk: np.ndarray
    trail: np.ndarray


def recentre(state, point, share):
    wish = sum(w * (y - state.centre) for w, y in zip(share, point)) / state.size
    along = wish @ state.drift
    drift = 0.9 * wish
    if along > 0.0:
        lengths = np.sqrt((wish @ wish) * (state.drift @ state.drift))
        drift = drift + 0.4 * along / (lengths + 1e-12) * state.drift
    return replace(state, drift=drift, centre=state.centre + state.size * drift)


def lengthen(state, move, share, rooted):
    number = sum(w * w for w in share) ** -0.5
    walk = 0.7 * state.walk + 0.51**0.5 * number * (np.linalg.inv(rooted) @ move)
    return replace(state, walk=walk, trail=0.8 * state.trail + 0.6 * number * move)


def resize(state, merit, noise):
    middle = sum(merit) / len(merit)
    spread = sum((f - middle) ** 2 for f in merit) / len(merit)
    ratio = np.sqrt(state.walk @ state.walk / (len(state.walk) - 0.5))
    believed = 1.0 / (1.0 + noise**2 / spread)
    return replace(state, size=float(state.size * np.exp((ratio - 1.0) * believed / 2.0)))


def reshape(state, step, share):
    q, d = state.trail, len(state.trail)
    a = 0.2 * d / (d + q @ q)
    shape = (0.8 - a) * state.shape
    for w, s in zip(share, step):
        shape = shape + 0.2 * w * s[:, None] * s[None, :]
    shape = shape + a * q[:, None] * q[None, :]
    return replace(state, shape=shape * np.exp(-np.linalg.slogdet(shape)[1] / d))


def shake(state, best, noise, patience):
    count = len(best)
    if count >= 2 * patience and count % patience == 0:
        late = sum(best[count - patience :])
        early = sum(best[count - 2 * patience : count - patience])
        if early - late <= patience * noise:
            wide = (state.shape + np.eye(len(state.shape))) / 2.0
            still = np.zeros(len(state.walk))
            return replace(state, size=state.size * 1.5, shape=wide, walk=still)
    return state
