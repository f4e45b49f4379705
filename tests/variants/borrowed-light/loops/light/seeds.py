"""Seeds one after the other."""
import math

import numpy as np


def class_priors(label, classes):
    counts = [1] * classes
    for c in label:
        counts[c] += 1
    return np.array(counts) / sum(counts)


def seed_light(label, strength, prior):
    usual = sum(strength) / len(strength)
    rows = []
    for c, k in zip(label, strength):
        bright = 1 / (math.sqrt(prior[c]) * (k / usual) ** 0.25)
        rows.append([bright * ((1.0 if j == c else 0.0) - p) for j, p in enumerate(prior)])
    return np.array(rows)


def deal_seeds(label, strength, folds):
    order = sorted(range(len(label)), key=lambda i: (label[i], -strength[i], i))
    fold = np.zeros(len(label), dtype=np.int64)
    at, way = 0, 1
    for i in order:
        fold[i] = at
        if 0 <= at + way < folds:
            at += way
        else:
            way = -way
    return fold


def promote(belief, known, prior, share):
    best = {c: [] for c in range(len(prior))}
    others = 0
    for i, row in enumerate(belief):
        if known[i]:
            continue
        others += 1
        ranked = sorted(row, reverse=True)
        best[int(np.argmax(row))].append((ranked[1] - ranked[0], i))
    out = np.full(len(belief), -1)
    for c, rivals in best.items():
        for _, i in sorted(rivals)[: math.floor(share * prior[c] * others)]:
            out[i] = c
    return out
