"""How long what was seen stays true."""
import numpy as np

from .helpers import by_arm


def memories(
    arm: np.ndarray, value: np.ndarray, trust: np.ndarray, arms: int, usual: float
) -> np.ndarray:
    """Memory (K,) of the arms in rounds, from known choices (n,) in order."""
    order = np.argsort(arm, kind="stable")
    arm, value, trust = arm[order], value[order], trust[order]
    total = np.maximum(by_arm(arm, trust, arms), 1e-12)
    middle = by_arm(arm, trust * value, arms) / total
    overall = by_arm(arm, trust * (value - middle[arm]) ** 2, arms) / total
    same = arm[1:] == arm[:-1]
    weight = np.where(same, trust[:-1], 0.0)
    pairs = np.maximum(by_arm(arm[1:], weight, arms), 1e-12)
    between = by_arm(arm[1:], weight * np.diff(value) ** 2, arms) / (2.0 * pairs)
    memory = usual * ((between + 0.004) / (overall + 0.004)) ** 1.5
    return np.where(np.bincount(arm, minlength=arms) < 3, usual, memory)


def fade(age: np.ndarray, memory: np.ndarray) -> np.ndarray:
    """Weights (n,) of choices of an age, by the memory of their arm, both (n,)."""
    return (1.0 + age / memory) ** -2.0


def forget(trust: np.ndarray, arm: np.ndarray, which: int, mark: int, keep: float) -> np.ndarray:
    """Trust (n,) in the choices after an arm's restart, with arm (n,), in order of rounds."""
    before = np.arange(len(arm)) < mark
    return trust * np.where(before, np.where(arm == which, keep, keep**0.25), 1.0)
