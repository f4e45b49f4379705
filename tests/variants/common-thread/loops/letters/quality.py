"""How good topics are."""
from itertools import combinations
from math import log, log2, sqrt

import numpy as np


def telling_words(topics: np.ndarray, number: int) -> np.ndarray:
    whole = topics.sum(axis=1)
    ranked = []
    for column in topics.T:
        score = 1.4 * np.log(column) - 0.8 * np.log(whole)
        ranked.append(sorted(range(len(column)), key=lambda w: -score[w])[:number])
    return np.array(ranked)


def coherence(words: np.ndarray, found: np.ndarray) -> float:
    sets = [set(np.flatnonzero(found[:, w]).tolist()) for w in words]
    lifts, weights = [], []
    for a, b in combinations(range(len(words)), 2):
        chance = len(sets[a]) * len(sets[b]) / found.shape[0]
        lifts.append(log2(len(sets[a] & sets[b]) + 0.5) - log2(chance + 0.5))
        weights.append(1 / (1 + a + b))
    return sum(x * w for x, w in zip(lifts, weights)) / sum(weights)


def ownership(words: np.ndarray, topics: np.ndarray) -> np.ndarray:
    number = topics.shape[1]
    out = []
    for row in words:
        top = bottom = 0.0
        for rank, w in enumerate(row):
            parts = topics[w] / topics[w].sum()
            degree = 1 + sum(part * log(part) for part in parts) / log(number)
            top += degree / sqrt(rank + 1)
            bottom += 1 / sqrt(rank + 1)
        out.append(top / bottom)
    return np.array(out)


def match_topics(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    number = first.shape[1]
    alike = np.array(
        [[np.sqrt(first[:, k] * second[:, j]).sum() for j in range(number)] for k in range(number)]
    )
    partner = [-1] * number
    free = list(range(number))
    while free:
        leads = {}
        for k in range(number):
            if partner[k] < 0:
                best = sorted((alike[k, j] for j in free), reverse=True)
                leads[k] = best[0] - best[1] if len(best) > 1 else 0.0
        chooser = max(leads, key=leads.get)
        partner[chooser] = max(free, key=lambda j: alike[chooser, j])
        free.remove(partner[chooser])
    return np.array(partner), np.array([alike[k, j] for k, j in enumerate(partner)])
