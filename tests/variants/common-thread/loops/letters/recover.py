"""From anchors to topics."""
import numpy as np


def word_mixes(points: np.ndarray, corners: np.ndarray, steps: int) -> np.ndarray:
    longest = max(float(b @ b) for b in corners)
    out = np.empty((len(points), len(corners)))
    for w, y in enumerate(points):
        # Logarithms of the mix, up to a constant.
        level = np.zeros(len(corners))
        mu = np.full(len(corners), 1 / len(corners))
        for j in range(1, steps + 1):
            level = level - j**0.5 / longest * (corners @ (mu @ corners - y))
            mu = np.exp(level - np.logaddexp.reduce(level))
        out[w] = mu
    return out


def make_topics(mix: np.ndarray, share: np.ndarray, sharpness: float) -> np.ndarray:
    words, number = mix.shape
    topics = np.empty((words, number))
    for k in range(number):
        rivals = [(mix[:, other] / mix[:, k]) ** sharpness for other in range(number)]
        mass = share / sum(rivals)
        topics[:, k] = 0.98 * mass / mass.sum() + 0.02 * share
    return topics


def topic_pairs(table: np.ndarray, topics: np.ndarray, share: np.ndarray) -> np.ndarray:
    root = np.sqrt(share)
    undo = np.linalg.pinv(topics / root[:, None]) / root
    raw = undo @ table @ undo.T
    raw = (raw + raw.T) / 2
    raw[raw < 0] = 0.0
    own = np.einsum("vk,vw,wl->kl", topics, table, topics)
    return (raw / raw.sum() + own / own.sum() / 10) / 1.1
