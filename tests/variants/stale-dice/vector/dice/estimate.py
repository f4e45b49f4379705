"""What arms are worth, from what has arrived."""
import numpy as np


def _sums(arm, arms):
    """Sums by arm, as a matrix (K, n)."""
    return (np.arange(arms)[:, None] == arm).astype(float)


def ripe_weights(faded, trust, arm, age, chance):
    ripe = np.take_along_axis(chance[arm], np.clip(age, 0, chance.shape[1] - 1)[:, None], 1)[:, 0]
    return np.exp(np.log(faded) + np.log(trust) - 0.5 * np.log(ripe))


def levels(arm, value, weight, arms, prior):
    if arm.size == 0:
        return np.ones(arms) / 2.0
    sums = _sums(arm, arms)
    pooled = weight @ value / weight.sum()
    share = sums @ weight
    own = sums @ (weight * value) / np.where(share > 0.0, share, 1.0)
    trusted = share / (share + prior)
    return trusted * own + (1.0 - trusted) * pooled


def spreads(arm, value, weight, level, prior):
    sums = _sums(arm, len(level))
    square = sums @ (weight * np.square(value - np.take(level, arm)))
    mass = sums @ weight
    pooled = (square.sum() + 0.05) / (mass.sum() + 1.0)
    return np.sqrt(pooled + (square - mass * pooled) / (mass + prior))


def counts(arm, weight, open_arm, open_weight, arms):
    mass = _sums(arm, arms) * weight
    size = np.linalg.norm(mass, axis=1)
    known = np.square(mass.sum(axis=1) / np.where(size == 0.0, 1.0, size))
    return known + _sums(open_arm, arms) @ (0.5 * open_weight)


def weekday_shift(day, rest, weight):
    week = (np.arange(7)[:, None] == day) * weight
    shift = week @ rest / (week.sum(axis=1) + 4.0)
    return shift @ (np.eye(7) - 1.0 / 7.0)
