"""From anchors to topics."""
import numpy as np


def word_mixes(points: np.ndarray, corners: np.ndarray, steps: int) -> np.ndarray:
    longest = np.einsum("kv,kv->k", corners, corners).max()
    mix = np.ones((len(points), len(corners))) / len(corners)
    for length in np.sqrt(np.arange(1, steps + 1)) / longest:
        pull = np.exp(length * (points - mix @ corners) @ corners.T)
        mix = mix * pull / np.einsum("wk,wk->w", mix, pull)[:, None]
    return mix


def make_topics(mix: np.ndarray, share: np.ndarray, sharpness: float) -> np.ndarray:
    power = np.exp(sharpness * np.log(mix))
    mass = (power.T * (share / power.sum(axis=1))).T
    return np.outer(share, 0.02 * np.ones(mix.shape[1])) + mass @ np.diag(0.98 / mass.sum(axis=0))


def topic_pairs(table: np.ndarray, topics: np.ndarray, share: np.ndarray) -> np.ndarray:
    # Least squares by an orthogonal factorisation, on one side and then on the other.
    root = np.sqrt(share)[:, None]
    base, upper = np.linalg.qr(topics / root)
    half = np.linalg.solve(upper, base.T @ (table / root))
    met = np.linalg.solve(upper, base.T @ (half.T / root))
    met = np.clip((met + met.T) * 0.5, 0.0, None)
    own = np.linalg.multi_dot([topics.T, table, topics])
    return met / (1.1 * met.sum()) + own / (11.0 * own.sum())
