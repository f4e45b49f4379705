"""The network."""
import autograd.numpy as np


def bend(drive):
    units = drive.shape[-1]
    columns = []
    for h in range(units):
        z = drive[..., h]
        radius = np.exp(np.log(2.0) * (-1.0 + 2.0 * h / (units - 1)))
        columns.append(0.55 * z + 0.45 * (radius * np.sqrt(1.0 + (z / radius) ** 2) - radius))
    return np.stack(columns, axis=-1)


def class_scores(weights, signal):
    flat = np.reshape(signal, (-1, signal.shape[-1]))
    p = bend(np.dot(flat, weights[0]) + weights[1])
    q = bend(np.dot(p, weights[2]) + weights[3]) + 0.6 * p
    inverse = (0.25 + np.sum(q * q, axis=1) / q.shape[1]) ** -0.5
    scores = np.dot(q, weights[4]) * inverse[:, None] + weights[5]
    return np.reshape(scores, signal.shape[:-1] + (weights[5].shape[0],))
