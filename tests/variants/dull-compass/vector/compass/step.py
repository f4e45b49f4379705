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
    # Shares sum to one.
    wish = (share @ point - state.centre) / state.size
    lengths = np.linalg.norm([wish, state.drift], axis=1).prod() + 1e-12
    drift = 0.9 * wish + 0.4 * np.maximum(wish @ state.drift / lengths, 0.0) * state.drift
    return replace(state, centre=state.centre + drift * state.size, drift=drift)


def lengthen(state, move, share, rooted):
    loud = 1.0 / np.linalg.norm(share)
    even = np.linalg.lstsq(rooted, move, rcond=None)[0]
    walk = np.array([0.7, loud * np.sqrt(1.0 - 0.7**2)]) @ np.array([state.walk, even])
    trail = np.array([0.8, loud * np.sqrt(1.0 - 0.8**2)]) @ np.array([state.trail, move])
    return replace(state, walk=walk, trail=trail)


def resize(state, merit, noise):
    spread = np.mean(merit**2) - np.mean(merit) ** 2
    excess = np.linalg.norm(state.walk) / np.sqrt(len(state.walk) - 0.5) - 1.0
    grown = excess * spread / (2.0 * spread + 2.0 * noise**2)
    return replace(state, size=float(np.exp(np.log(state.size) + grown)))


def reshape(state, step, share):
    settings = step.shape[1]
    a = 0.2 / (1.0 + np.mean(state.trail**2))
    rows = np.vstack([np.sqrt(0.2 * share)[:, None] * step, np.sqrt(a) * state.trail])
    shape = (0.8 - a) * state.shape + rows.T @ rows
    return replace(state, shape=shape / np.prod(np.linalg.eigvalsh(shape)) ** (1.0 / settings))


def shake(state, best, noise, patience):
    blocks, rest = divmod(len(best), patience)
    if rest or blocks < 2:
        return state
    means = np.reshape(best, (blocks, patience)).mean(axis=1)
    if means[-1] + noise < means[-2]:
        return state
    identity = np.identity(len(state.shape))
    return replace(
        state,
        size=state.size + state.size / 2.0,
        shape=np.mean([state.shape, identity], axis=0),
        walk=np.zeros_like(state.walk),
    )
