"""Where training starts."""
import numpy as np

from .layers import bend


def starting_weights(draws, signal, label):
    g1, g2, g3 = draws
    channels, units = g1.shape
    near = np.eye(channels) + 0.5 * (np.eye(channels, k=1) + np.eye(channels, k=-1))
    w1, b1 = near @ g1, np.empty(units)
    for h in range(units):
        drive = signal @ w1[:, h]
        w1[:, h] *= 1.2 / np.sqrt(np.mean((drive - drive.mean()) ** 2))
        b1[h] = -0.8 + 1.6 * (h + 1) / (units + 1) - np.mean(signal @ w1[:, h])
    p = bend(signal @ w1 + b1)
    w2, b2 = np.empty((units, units)), np.empty(units)
    for h in range(units):
        column = g2[:, h] - np.mean(g2[:, h])
        w2[:, h] = column * 0.9 / np.std(p @ column)
        b2[h] = -np.percentile(p @ w2[:, h], 50)
    classes = g3.shape[1]
    w3 = np.column_stack([g3[:, c] - sum(g3[:, c]) / units for c in range(classes)])
    w3 /= np.sqrt(4.0 * units)
    logs = [np.log(np.sum(label == c)) for c in range(classes)]
    return [w1, b1, w2, b2, w3, np.array([0.5 * v - 0.5 * sum(logs) / classes for v in logs])]
