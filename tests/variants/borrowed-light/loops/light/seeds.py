"""Seeds one at a time."""
import math

import numpy as np


def class_priors(label, classes):
    counts = [sum(1 for c in label if c == k) for k in range(classes)]
    return np.array([(count + 1) / (len(label) + classes) for count in counts])


def seed_light(label, strength, prior):
    usual = sum(strength) / len(strength)
    out = []
    for c, k in zip(label, strength):
        power = 1 / (math.sqrt(prior[c]) * (k / usual) ** 0.25)
        out.append([power * ((d == c) - prior[d]) for d in range(len(prior))])
    return np.array(out)


def deal_seeds(label, strength, folds):
    order = sorted(range(len(label)), key=lambda s: (label[s], -strength[s]))
    there_and_back = list(range(folds)) + list(range(folds))[::-1]
    fold = [0] * len(label)
    for place, s in enumerate(order):
        fold[s] = there_and_back[place % len(there_and_back)]
    return np.array(fold)


def promote(belief, known, prior, share):
    rest = [i for i in range(len(belief)) if not known[i]]
    lists = {c: [] for c in range(len(prior))}
    for i in rest:
        ranked = sorted(belief[i])
        lists[int(np.argmax(belief[i]))].append((ranked[-2] - ranked[-1], i))
    out = [-1] * len(belief)
    for c, able in lists.items():
        for _, i in sorted(able)[: math.floor(share * prior[c] * len(rest))]:
            out[i] = c
    return np.array(out)
