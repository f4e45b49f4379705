"""When the bell is struck."""
import numpy as np


def novelty(power: np.ndarray, floor: np.ndarray) -> np.ndarray:
    """How much is new (F,) in each frame of power (F, K)."""
    level = np.log1p(power / floor)
    before = np.maximum(np.roll(level, 1, axis=0), np.roll(level, 2, axis=0))
    rise = np.maximum(level - before, 0.0)
    rise[:2] = 0.0
    return np.sqrt(np.mean(rise**2, axis=1))


def strike_frames(news: np.ndarray, bar: float, apart: int) -> np.ndarray:
    """Frames of the strikes, ascending, from the novelty (F,)."""
    middle = np.median(news)
    usual = np.median(np.abs(news - middle))
    found = []
    for frame in np.argsort(-news, kind="stable"):
        if news[frame] <= middle + bar * usual:
            break
        if all(abs(frame - other) >= apart for other in found):
            found.append(int(frame))
    return np.array(sorted(found), dtype=np.int64)
