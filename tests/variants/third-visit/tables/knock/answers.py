"""Who opens the door, and when."""
import numpy as np


def opening_chances(visit: np.ndarray, group: np.ndarray, most: int) -> np.ndarray:
    inside = np.eye(group.max() + 1)[group]
    goal = (inside.T @ visit + 4.0 * np.mean(visit)) / (inside.sum(axis=0) + 4.0)
    number = np.arange(1.0, most + 1.0)

    def mean(p: np.ndarray) -> np.ndarray:
        power = (1.0 - p[:, None]) ** (number - 1.0)
        return power @ number / power.sum(axis=1)

    p, step = np.full(len(goal), 0.01), 0.98
    for _ in range(50):
        step = step / 2.0
        p = np.where(mean(p + step) > goal, p + step, p)
    return p


def door_weights(
    weight: np.ndarray,
    group: np.ndarray,
    visit: np.ndarray,
    chance: np.ndarray,
    most: int,
) -> np.ndarray:
    inside = np.eye(len(chance))[group] * weight[:, None]
    opened = inside * (visit > 0)[:, None]
    late = inside * (visit**1.5)[:, None]
    log_shut = most * np.log1p(-chance)
    extra = late / late.sum(axis=0) * opened.sum(axis=0) / np.expm1(-log_shut)
    full = opened + extra
    return (full / full.sum(axis=0) * inside.sum(axis=0)).sum(axis=1)
