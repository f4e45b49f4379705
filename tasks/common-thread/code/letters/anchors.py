"""Words that keep to one topic."""
import numpy as np


def pick_anchors(points: np.ndarray, letters: np.ndarray, number: int) -> np.ndarray:
    """Numbers of the anchor words, as picked, from points (V, V) and letters (V,)."""
    standing = letters / (letters + 2.0 * np.median(letters))
    left = points
    picked = []
    for _ in range(number):
        score = (left**2).sum(axis=1) * standing
        score[picked] = -1.0
        best = int(np.argmax(score))
        picked.append(best)
        way = left[best] / np.linalg.norm(left[best])
        left = left - 0.9 * np.outer(left @ way, way)
    return np.array(picked)


def swap_anchors(points: np.ndarray, letters: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    """Anchors (K,) after each was put to the test against the words nearest to it."""
    now = list(anchors)
    for k, tested in enumerate(anchors):
        others = now[:k] + now[k + 1 :]
        base, _ = np.linalg.qr(points[others].T)
        left = points - points @ base @ base.T
        score = (left**2).sum(axis=1) * letters
        apart = ((points - points[tested]) ** 2).sum(axis=1)
        far = np.argsort(apart, kind="stable")[20:]
        score[far] = -1.0
        score[others] = -1.0
        best = int(np.argmax(score))
        if score[best] > 1.05 * score[tested]:
            now[k] = best
    return np.array(now)


def blend_anchors(
    points: np.ndarray, letters: np.ndarray, anchors: np.ndarray, size: int
) -> np.ndarray:
    """Points (K, V) of the anchors, each blended with the words nearest to it."""
    blended = []
    for anchor in anchors:
        apart = ((points - points[anchor]) ** 2).sum(axis=1)
        near = np.argsort(apart, kind="stable")[:size]
        scale = apart[near].sum() / (size - 1.0)
        weight = np.sqrt(letters[near]) / (1.0 + apart[near] / scale)
        blended.append(weight @ points[near] / weight.sum())
    return np.array(blended)
