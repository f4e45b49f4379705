"""Words that keep to one topic."""
import numpy as np


def pick_anchors(points: np.ndarray, letters: np.ndarray, number: int) -> np.ndarray:
    # All in terms of inner products.
    gram = points @ points.T
    standing = letters / (letters + 2.0 * np.median(letters))
    free = np.ones(len(points), dtype=bool)
    picked = np.zeros(number, dtype=np.intp)
    for turn in range(number):
        best = np.flatnonzero(free)[np.argmax((np.diag(gram) * standing)[free])]
        picked[turn], free[best] = best, False
        column = gram[:, best] / np.sqrt(gram[best, best])
        gram = gram - (1.0 - 0.1**2) * np.outer(column, column)
    return picked


def swap_anchors(points: np.ndarray, letters: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    gram = points @ points.T
    now = np.array(anchors)
    for k in range(len(now)):
        rest = np.delete(now, k)
        along = np.linalg.solve(gram[np.ix_(rest, rest)], gram[rest])
        score = letters * (np.diag(gram) - np.einsum("aw,aw->w", gram[rest], along))
        apart = np.diag(gram) - 2.0 * gram[now[k]]
        score[np.lexsort((np.arange(len(points)), apart))[20:]] = -np.inf
        score[rest] = -np.inf
        if score.max() > 1.05 * score[now[k]]:
            now[k] = score.argmax()
    return now


def blend_anchors(
    points: np.ndarray, letters: np.ndarray, anchors: np.ndarray, size: int
) -> np.ndarray:
    apart = ((points[anchors, None] - points[None]) ** 2).sum(axis=2)
    number = np.broadcast_to(np.arange(len(points)), apart.shape)
    near = np.lexsort((number, apart))[:, :size]
    delta = np.take_along_axis(apart, near, axis=1)
    scale = delta.sum(axis=1, keepdims=True) / (size - 1)
    weight = np.sqrt(letters)[near] * scale / (scale + delta)
    return np.einsum("ka,kav->kv", weight / weight.sum(axis=1, keepdims=True), points[near])
