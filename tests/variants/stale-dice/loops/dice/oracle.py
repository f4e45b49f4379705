"""What could have been had."""
import numpy as np


def patient_path(mean, cost):
    rounds, arms = mean.shape
    # What is still to come, this round included, if it is spent with each arm.
    ahead = mean.copy()
    for t in range(rounds - 2, -1, -1):
        for k in range(arms):
            ahead[t, k] += max(ahead[t + 1, k], max(ahead[t + 1]) - cost)
    path = [int(np.argmax(ahead[0]))]
    for t in range(1, rounds):
        best = int(np.argmax(ahead[t]))
        leave = ahead[t, best] - cost > ahead[t, path[-1]]
        path.append(best if leave else path[-1])
    return np.array(path, dtype=np.int64)


def worth(mean, path, cost, early):
    total, value, before = 0.0, 1.0, path[0]
    for t, arm in enumerate(path):
        total += value * (mean[t, arm] - (cost if arm != before else 0.0))
        value, before = value * early, arm
    return float(total)


def shortfall(mean, path, cost, early):
    rounds, arms = mean.shape
    discount = np.power(early, np.arange(rounds))
    lazy = float(discount @ mean.sum(axis=1)) / arms
    most = worth(mean, patient_path(mean, cost), cost, early)
    return 1.0 - (worth(mean, path, cost, early) - lazy) / (most - lazy)
