"""What arms are worth, from what has arrived."""
import numpy as np

from .helpers import by_arm


def ripe_weights(
    faded: np.ndarray, trust: np.ndarray, arm: np.ndarray, age: np.ndarray, chance: np.ndarray
) -> np.ndarray:
    """Weights (n,) of known choices, with the chance (K, A + 1) of having arrived."""
    ripe = chance[arm, np.minimum(age, chance.shape[1] - 1)]
    return faded * trust / np.sqrt(ripe)


def levels(
    arm: np.ndarray, value: np.ndarray, weight: np.ndarray, arms: int, prior: float
) -> np.ndarray:
    """Level (K,) of the arms, from known choices (n,)."""
    if len(arm) == 0:
        return np.full(arms, 0.5)
    pooled = np.sum(weight * value) / np.sum(weight)
    return (by_arm(arm, weight * value, arms) + prior * pooled) / (
        by_arm(arm, weight, arms) + prior
    )


def spreads(
    arm: np.ndarray, value: np.ndarray, weight: np.ndarray, level: np.ndarray, prior: float
) -> np.ndarray:
    """Spread (K,) of the takings around the arms' levels (K,), from known choices (n,)."""
    square = weight * (value - level[arm]) ** 2
    pooled = (square.sum() + 0.05) / (weight.sum() + 1.0)
    mass = by_arm(arm, weight, len(level))
    return np.sqrt((by_arm(arm, square, len(level)) + prior * pooled) / (mass + prior))


def counts(
    arm: np.ndarray, weight: np.ndarray, open_arm: np.ndarray, open_weight: np.ndarray, arms: int
) -> np.ndarray:
    """Effective number (K,) of takings, from known and from open choices, each (n,)."""
    mass = by_arm(arm, weight, arms)
    square = by_arm(arm, weight**2, arms)
    known = mass**2 / np.where(square > 0.0, square, 1.0)
    return known + 0.5 * by_arm(open_arm, open_weight, arms)


def weekday_shift(day: np.ndarray, rest: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Shift (7,) by weekday, from weekdays and rests (n,) of known choices."""
    mass = np.bincount(day, weights=weight, minlength=7)
    shift = np.bincount(day, weights=weight * rest, minlength=7) / (mass + 4.0)
    return shift - shift.mean()
