"""How late arms answer."""
import numpy as np


def tally(
    arm: np.ndarray, age: np.ndarray, late: np.ndarray, arms: int, longest: int
) -> tuple[np.ndarray, np.ndarray]:
    """Arrivals and waits (K, A + 1), by arm and age, from choices (n,); late is 0 if open."""
    known = late > 0
    shape = (arms, longest + 1)
    arrived, last_seen = np.zeros(shape), np.zeros(shape)
    np.add.at(arrived, (arm[known], late[known]), 1.0)
    np.add.at(last_seen, (arm, np.where(known, late, age)), 1.0)
    return arrived, last_seen[:, ::-1].cumsum(axis=1)[:, ::-1]


def arrival_chance(arrived: np.ndarray, waited: np.ndarray, strength: float) -> np.ndarray:
    """Chance (K, A + 1) that a taking has arrived by an age, from arrivals and waits."""
    pooled = (arrived.sum(axis=0) + 0.5) / (waited.sum(axis=0) + 2.0)
    hazard = (arrived + strength * pooled) / (waited + strength)
    hazard[:, 0] = 0.0
    return 1.0 - np.cumprod(1.0 - hazard, axis=1)
