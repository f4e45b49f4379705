"""From onsets back to infections."""
import numpy as np


def back_project(onsets: np.ndarray, law: np.ndarray, rounds: int, damping: float) -> np.ndarray:
    """Detected infections (T, A) by day of infection, from onsets (T, A) and a lag law (S + 1,)."""
    n_days = onsets.shape[0]
    lag = np.arange(n_days)[:, None] - np.arange(n_days)[None, :]
    inside = (lag >= 0) & (lag < law.size)
    spread = np.where(inside, law[np.clip(lag, 0, law.size - 1)], 0.0)
    reach = spread.sum(axis=0)[:, None]
    shift = int(np.floor(law @ np.arange(law.size) + 0.5))
    curve = 3.0 + onsets[np.minimum(np.arange(n_days) + shift, n_days - 1)]
    for _ in range(rounds):
        ratio = (onsets + 0.5) / (spread @ curve + 0.5)
        curve = curve * (spread.T @ ratio / reach) ** damping
        padded = np.vstack([curve[:1], curve, curve[-1:]])
        curve = (padded[:-2] * curve**2 * padded[2:]) ** 0.25
    return curve
