"""Affinities and scores, by thresholds and matrix products."""
from dataclasses import dataclass

import numpy as np


def damped_cooccurrence(counts, damping, support):
    level = counts**0.5
    weight = np.exp(-damping * np.log1p(level.sum(1)))
    # min(a, b) = (a + b - |a - b|) / 2
    joint = np.stack(
        [0.5 * weight @ (level + column - np.abs(level - column)) for column in level.T[..., None]]
    )
    positive = np.sign(counts)
    both = positive.T @ positive
    log_own = np.log1p(weight @ level)
    affinity = joint * np.exp(-0.25 * log_own[:, None] - 0.75 * log_own)
    affinity *= both / (both + support)
    return affinity * ~np.eye(len(affinity), dtype=bool)


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
        level, positive = counts**0.5, np.sign(counts)
        inflow = np.ones(len(self.affinity)) @ self.affinity
        evidence = np.einsum("uj,ji,i->ui", level, self.affinity, (1 + inflow) ** -0.5)
        evidence /= evidence.max(1)[:, None] + 0.2
        reach = positive.sum(0)
        prior = np.log(reach + 3) - np.log(len(counts) + 3 - reach)
        doubt = self.prior_strength / (positive.sum(1) + self.prior_strength)
        return evidence + doubt[:, None] * (prior - evidence) - self.revisit_cost * level
