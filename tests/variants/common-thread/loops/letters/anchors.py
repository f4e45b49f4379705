"""Words that keep to one topic."""
import numpy as np


def pick_anchors(points: np.ndarray, letters: np.ndarray, number: int) -> np.ndarray:
    middle = np.median(letters)
    left = [point.copy() for point in points]
    picked: list[int] = []
    while len(picked) < number:
        best, most = -1, -1.0
        for w, rest in enumerate(left):
            score = letters[w] / (letters[w] + 2 * middle) * (rest @ rest)
            if w not in picked and score > most:
                best, most = w, score
        picked.append(best)
        along = left[best].copy()
        square = along @ along
        left = [rest - 0.9 * (rest @ along) / square * along for rest in left]
    return np.array(picked)


def swap_anchors(points: np.ndarray, letters: np.ndarray, anchors: np.ndarray) -> np.ndarray:
    now = [int(a) for a in anchors]
    for k, tested in enumerate(list(now)):
        others = now[:k] + now[k + 1 :]
        span = points[others].T
        fit, *_ = np.linalg.lstsq(span, points.T, rcond=None)
        away = points.T - span @ fit
        score = np.einsum("vw,vw->w", away, away) * letters
        far = [float(np.sum((y - points[tested]) ** 2)) for y in points]
        near = sorted(range(len(points)), key=lambda w: far[w])[:20]
        free = [w for w in near if w not in others]
        best = max(free, key=lambda w: score[w])
        if score[best] > 1.05 * score[tested]:
            now[k] = best
    return np.array(now)


def blend_anchors(
    points: np.ndarray, letters: np.ndarray, anchors: np.ndarray, size: int
) -> np.ndarray:
    corners = []
    for a in anchors:
        far = [(float(np.sum(np.square(y - points[a]))), w) for w, y in enumerate(points)]
        near = sorted(far)[:size]
        usual = sum(delta for delta, _ in near) / (len(near) - 1)
        total, corner = 0.0, np.zeros(points.shape[1])
        for delta, w in near:
            weight = usual * letters[w] ** 0.5 / (usual + delta)
            total += weight
            corner += weight * points[w]
        corners.append(corner / total)
    return np.array(corners)
