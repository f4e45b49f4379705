"""What could have been had."""
import numpy as np


def patient_path(mean: np.ndarray, cost: float) -> np.ndarray:
    """The best arms (T,) for those who know means (T, K), when each change of arm costs."""
    rounds, arms = mean.shape
    back = np.zeros((rounds, arms), dtype=np.int64)
    value = mean[0].copy()
    for t in range(1, rounds):
        lead = int(np.argmax(value))
        stay = value >= value[lead] - cost
        back[t] = np.where(stay, np.arange(arms), lead)
        value = np.where(stay, value, value[lead] - cost) + mean[t]
    path = np.empty(rounds, dtype=np.int64)
    path[-1] = np.argmax(value)
    for t in range(rounds - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return path


def worth(mean: np.ndarray, path: np.ndarray, cost: float, early: float) -> float:
    """Worth of a path (T,) of arms of means (T, K), when each change of arm costs."""
    rounds = len(path)
    gain = mean[np.arange(rounds), path]
    gain[1:] -= cost * (path[1:] != path[:-1])
    return float(np.sum(gain * early ** np.arange(rounds)))


def shortfall(mean: np.ndarray, path: np.ndarray, cost: float, early: float) -> float:
    """Share of what knowing the means is worth that a path (T,) misses."""
    best = worth(mean, patient_path(mean, cost), cost, early)
    fixed = [worth(mean, np.full(len(path), arm), cost, early) for arm in range(mean.shape[1])]
    return (best - worth(mean, path, cost, early)) / (best - float(np.mean(fixed)))
