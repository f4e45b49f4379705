"""Who opens the door, and when."""
import numpy as np


def opening_chances(visit: np.ndarray, group: np.ndarray, most: int) -> np.ndarray:
    """Chance (G,) per visit that a door opens, from visit and group (n,) of those that did."""
    heads = np.bincount(group)
    usual = visit.mean()
    mean = (np.bincount(group, weights=visit) + 4.0 * usual) / (heads + 4.0)
    low, high = np.full(len(heads), 0.01), np.full(len(heads), 0.99)
    for _ in range(50):
        chance = 0.5 * (low + high)
        shut = (1.0 - chance) ** most
        late = 1.0 / chance - most * shut / (1.0 - shut) > mean
        low, high = np.where(late, chance, low), np.where(late, high, chance)
    return 0.5 * (low + high)


def door_weights(
    weight: np.ndarray,
    group: np.ndarray,
    visit: np.ndarray,
    chance: np.ndarray,
    most: int,
) -> np.ndarray:
    """Weights (n,) of all doors that were tried, zero for those that stayed shut.

    weight, group (n,); visit (n,): at which the door opened, 0 if it didn't; chance (G,).
    """
    opened = visit > 0
    shut = (1.0 - chance) ** most
    base = np.bincount(group, weights=weight * opened)
    later = np.bincount(group, weights=weight * visit**1.5)
    extra = (base * shut / (1.0 - shut) / later)[group] * visit**1.5
    full = weight * (opened + extra)
    tried = np.bincount(group, weights=weight)
    return full * (tried / np.bincount(group, weights=full))[group]
