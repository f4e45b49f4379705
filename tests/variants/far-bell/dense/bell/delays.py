"""Delays between microphones."""
import numpy as np


def muted_cross(first: np.ndarray, second: np.ndarray, reach: int, mute: float) -> np.ndarray:
    away = np.abs(np.subtract.outer(np.arange(len(first)), np.arange(len(first))))
    kernel = np.clip(reach + 1.0 - away, 0.0, None)
    kernel = kernel / kernel.sum(axis=1, keepdims=True)
    one, two = kernel @ np.square(np.abs(first)), kernel @ np.square(np.abs(second))
    return first.conj() * second * np.exp(-0.5 * mute * (np.log(one) + np.log(two)))


def lag_of_peak(cross: np.ndarray, length: int, most: int) -> tuple[float, float]:
    heights = np.roll(np.fft.irfft(cross, length), most)[: 2 * most + 1]
    inner = heights.copy()
    inner[[0, -1]] = -np.inf
    top = int(np.argmax(inner))
    down, up = heights[top] - heights[top - 1], heights[top + 1] - heights[top]
    rivals = np.delete(heights, np.arange(max(top - 3, 0), min(top + 4, len(heights))))
    clear = 1.0 - np.clip(rivals.max(), 0.0, None) / heights[top]
    return float(top - most + 0.5 * (down + up) / (down - up)), float(np.fmax(clear, 0.01))


def reconcile(
    pairs: np.ndarray, lag: np.ndarray, clear: np.ndarray, count: int
) -> tuple[np.ndarray, float]:
    unit = np.eye(count)
    design = (unit[pairs[:, 1]] - unit[pairs[:, 0]])[:, 1:]
    root = clear.copy()
    for _ in range(3):
        free = np.linalg.lstsq(design * root[:, None], lag * root, rcond=None)[0]
        miss = lag - design @ free
        root = clear / np.sqrt(1.0 + np.abs(miss) / 0.3)
    delay = np.append(0.0, free)
    return delay - delay.mean(), float(np.linalg.norm(clear * miss) / np.linalg.norm(clear))


def bearing(
    place: np.ndarray, late: np.ndarray, trust: np.ndarray
) -> tuple[float, float]:
    root = np.sqrt(trust)[:, None]
    beside = root * (place - trust @ place / trust.sum())
    ridge = np.sqrt(0.02 * np.sum(beside**2)) * np.eye(2)
    design = np.vstack([beside, ridge])
    goal = np.concatenate([root[:, 0] * late, np.zeros(2)])
    toward = -np.linalg.lstsq(design, goal, rcond=None)[0]
    angle = np.rad2deg(np.arctan2(toward[1], toward[0]))
    return float((angle + 360.0) % 360.0), float(np.sqrt(1.0 / (toward @ toward)))
