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


def recentre(state: State, point: np.ndarray, share: np.ndarray) -> State:
    """Move the centre, by points (n, d) and their shares (n,)."""
    wish = share @ (point - state.centre) / state.size
    turn = wish @ state.drift / (np.linalg.norm(wish) * np.linalg.norm(state.drift) + 1e-12)
    drift = 0.9 * wish + 0.4 * max(turn, 0.0) * state.drift
    return replace(state, centre=state.centre + state.size * drift, drift=drift)


def lengthen(state: State, move: np.ndarray, share: np.ndarray, rooted: np.ndarray) -> State:
    """Add a move (d,) in sizes to the walk and to the trail; rooted: the root of the shape."""
    number = 1.0 / np.sum(share**2)
    even = np.linalg.solve(rooted, move)
    walk = 0.7 * state.walk + np.sqrt(0.51 * number) * even
    trail = 0.8 * state.trail + np.sqrt(0.36 * number) * move
    return replace(state, walk=walk, trail=trail)


def resize(state: State, merit: np.ndarray, noise: float) -> State:
    """Change the size by the length of the walk, and by what merits (n,) are worth."""
    settings = len(state.walk)
    usual = np.sqrt(settings - 0.5)
    spread = np.var(merit)
    told = spread / (spread + noise**2)
    factor = np.exp(0.5 * told * (np.linalg.norm(state.walk) / usual - 1.0))
    return replace(state, size=float(state.size * factor))


def reshape(state: State, step: np.ndarray, share: np.ndarray) -> State:
    """Change the shape by the trail, and by steps (n, d), in sizes, with shares (n,)."""
    settings = len(state.trail)
    seen = (step * share[:, None]).T @ step
    along = 0.2 / (1.0 + np.sum(state.trail**2) / settings)
    shape = (0.8 - along) * state.shape + 0.2 * seen + along * np.outer(state.trail, state.trail)
    return replace(state, shape=shape / np.linalg.det(shape) ** (1.0 / settings))


def shake(state: State, best: list[float], noise: float, patience: int) -> State:
    """Widen the search if the best merits of the generations, a list, have come to a halt."""
    if len(best) % patience or len(best) < 2 * patience:
        return state
    gain = np.mean(best[-2 * patience : -patience]) - np.mean(best[-patience:])
    if gain > noise:
        return state
    shape = 0.5 * state.shape + 0.5 * np.eye(len(state.shape))
    return replace(state, size=1.5 * state.size, shape=shape, walk=0.0 * state.walk)
