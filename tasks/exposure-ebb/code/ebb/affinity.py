"""Item affinities from visit counts, and the scores built on them."""
from dataclasses import dataclass

import numpy as np

from .helpers import shaped


@shaped(2)
def damped_cooccurrence(counts: np.ndarray, damping: float, support: float) -> np.ndarray:
    """Directed item-item affinity (I, I) from visit counts (U, I); rows are sources."""
    level = np.sqrt(counts)
    weight = (1.0 + level.sum(axis=1)) ** (-damping)
    overlap = np.minimum(level[:, :, None], level[:, None, :])
    joint = np.einsum("u,uij->ij", weight, overlap)
    both = (overlap > 0.0).sum(axis=0).astype(np.float64)
    own = np.diag(joint) + 1.0
    scale = own[:, None] ** 0.25 * own[None, :] ** 0.75
    affinity = joint / scale * both / (both + support)
    np.fill_diagonal(affinity, 0.0)
    return affinity


@dataclass(frozen=True)
class AffinityModel:
    """affinity (I, I), prior_strength and revisit_cost as configured."""

    affinity: np.ndarray
    prior_strength: float
    revisit_cost: float

    @classmethod
    def fit(cls, counts: np.ndarray, cfg) -> "AffinityModel":
        """Build the model from visit counts (U, I) and the `model` table."""
        affinity = damped_cooccurrence(counts, cfg.damping, cfg.support)
        return cls(affinity, cfg.prior_strength, cfg.revisit_cost)

    def score(self, counts: np.ndarray) -> np.ndarray:
        """Scores (U, I) of every item for every user, from visit counts (U, I)."""
        level = np.sqrt(counts)
        evidence = (level @ self.affinity) / (1.0 + self.affinity.sum(axis=0)) ** 0.5
        evidence = evidence / (0.2 + evidence.max(axis=1, keepdims=True))
        touched = counts > 0.0
        reach = touched.sum(axis=0)
        prior = np.log((reach + 3.0) / (counts.shape[0] - reach + 3.0))
        known = touched.sum(axis=1, keepdims=True)
        trust = known / (known + self.prior_strength)
        mixed = trust * evidence + (1.0 - trust) * prior[None, :]
        return mixed - self.revisit_cost * level
