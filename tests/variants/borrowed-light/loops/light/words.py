"""Kinship pair by pair."""
import math

import numpy as np


def word_weights(words):
    nodes, number = words.shape
    out = np.zeros(number)
    for j in range(number):
        having = sum(1 for count in words[:, j] if count > 0)
        out[j] = (math.log(nodes + 1) - math.log(having + 0.5)) ** 1.5
    return out


def kinship(words):
    omega = word_weights(words)
    y = omega * np.log(1.0 + words)
    kin = np.zeros((len(words), len(words)))
    usual = float(sum(omega)) / len(omega)
    for i in range(len(words)):
        for k in range(i):
            more = np.maximum(y[i], y[k]).sum()
            kin[i, k] = kin[k, i] = np.minimum(y[i], y[k]).sum() / (more + usual)
    return kin
