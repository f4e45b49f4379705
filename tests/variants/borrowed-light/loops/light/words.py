"""Kinship word by word."""
import math

import numpy as np


def word_weights(words):
    nodes = len(words)
    out = []
    for column in words.T:
        known = sum(1 for count in column if count > 0)
        out.append(math.log((nodes + 1) / (known + 0.5)) ** 1.5)
    return np.array(out)


def kinship(words):
    omega = word_weights(words)
    usual = sum(omega) / len(omega)
    heard = [
        {int(j): omega[j] * math.log(1 + row[j]) for j in np.flatnonzero(row)} for row in words
    ]
    full = [sum(said.values()) for said in heard]
    kin = np.zeros((len(words), len(words)))
    for i in range(len(words)):
        for k in range(i):
            here, there = heard[i], heard[k]
            common = sum(min(y, there[j]) for j, y in here.items() if j in there)
            either = full[i] + full[k] - common
            kin[i, k] = kin[k, i] = common / (either + usual)
    return kin
