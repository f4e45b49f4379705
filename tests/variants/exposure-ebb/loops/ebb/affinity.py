"""Affinities and scores, item by item."""
import math
from dataclasses import dataclass

import numpy as np


def damped_cooccurrence(counts, damping, support):
    users, items = counts.shape
    x = [[math.sqrt(n) for n in row] for row in counts]
    w = [1.0 / (1.0 + math.fsum(row)) ** damping for row in x]
    joint = np.zeros((items, items))
    both = np.zeros((items, items))
    for i in range(items):
        for j in range(i, items):
            for u in range(users):
                least = min(x[u][i], x[u][j])
                if least > 0:
                    joint[i, j] += w[u] * least
                    both[i, j] += 1
            joint[j, i], both[j, i] = joint[i, j], both[i, j]
    affinity = np.zeros((items, items))
    for i in range(items):
        for j in range(items):
            if i != j:
                scale = (joint[i, i] + 1) ** 0.25 * (joint[j, j] + 1) ** 0.75
                affinity[i, j] = joint[i, j] / scale * (both[i, j] / (both[i, j] + support))
    return affinity


@dataclass(frozen=True)
class AffinityModel:
    affinity: np.ndarray
    prior_strength: float
    revisit_cost: float

    @classmethod
    def fit(cls, counts, cfg):
        affinity = damped_cooccurrence(counts, cfg.damping, cfg.support)
        return cls(affinity, cfg.prior_strength, cfg.revisit_cost)

    def score(self, counts):
        users, items = counts.shape
        prior = []
        for i in range(items):
            reached = sum(1 for u in range(users) if counts[u, i] > 0)
            prior.append(math.log(reached + 3) - math.log(users - reached + 3))
        inflow = [sum(self.affinity[j, i] for j in range(items)) for i in range(items)]
        scores = np.zeros((users, items))
        for u in range(users):
            level = [math.sqrt(n) for n in counts[u]]
            evidence = []
            for i in range(items):
                total = sum(level[j] * self.affinity[j, i] for j in range(items))
                evidence.append(total / math.sqrt(1 + inflow[i]))
            top = max(evidence)
            known = sum(1 for n in counts[u] if n > 0)
            for i in range(items):
                e = evidence[i] / (0.2 + top)
                mixed = (known * e + self.prior_strength * prior[i]) / (known + self.prior_strength)
                scores[u, i] = mixed - self.revisit_cost * level[i]
        return scores
