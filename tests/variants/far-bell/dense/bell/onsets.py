"""When the bell is struck."""
import numpy as np


def novelty(power: np.ndarray, floor: np.ndarray) -> np.ndarray:
    level = np.log(1.0 + power / floor[None, :])
    rise = np.fmin(level[2:] - level[1:-1], level[2:] - level[:-2]).clip(0.0)
    return np.concatenate([np.zeros(2), np.linalg.norm(rise, axis=1) / np.sqrt(len(floor))])


def strike_frames(news: np.ndarray, bar: float, apart: int) -> np.ndarray:
    deviation = news - np.median(news)
    left = np.where(deviation > bar * np.median(np.abs(deviation)), news, -np.inf)
    found = []
    while np.isfinite(left.max()):
        found.append(int(np.argmax(left)))
        left[max(found[-1] - apart + 1, 0) : found[-1] + apart] = -np.inf
    return np.sort(np.array(found, dtype=np.int64))
