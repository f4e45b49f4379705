"""From anchors to topics."""
import numpy as np


def word_mixes(points: np.ndarray, corners: np.ndarray, steps: int) -> np.ndarray:
    """Mixes (V, K) of the corners (K, V) that come near the points (V, V)."""
    gram = corners @ corners.T
    reach = points @ corners.T
    rate = 1.0 / np.diag(gram).max()
    mix = np.full(reach.shape, 1.0 / len(corners))
    for step in range(steps):
        slope = mix @ gram - reach
        mix = mix * np.exp(-rate * np.sqrt(1.0 + step) * slope)
        mix = mix / mix.sum(axis=1, keepdims=True)
    return mix


def make_topics(mix: np.ndarray, share: np.ndarray, sharpness: float) -> np.ndarray:
    """Words of topics (V, K), columns sum to one, from mixes (V, K) and shares (V,)."""
    sharp = mix**sharpness
    sharp = sharp / sharp.sum(axis=1, keepdims=True)
    joint = share[:, None] * sharp
    topics = joint / joint.sum(axis=0)
    return 0.98 * topics + 0.02 * share[:, None]


def topic_pairs(table: np.ndarray, topics: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Table (K, K) of how often topics meet, which sums to one."""
    heavy = topics / share[:, None]
    undo = np.linalg.solve(topics.T @ heavy, heavy.T)
    met = undo @ table @ undo.T
    met = np.maximum(0.5 * (met + met.T), 0.0)
    own = topics.T @ table @ topics
    met = met / met.sum() + 0.1 * own / own.sum()
    return met / met.sum()
