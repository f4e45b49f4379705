"""From readings to a trained network."""
from types import SimpleNamespace

import numpy as np
from autograd import grad

from .average import blend
from .descent import Descent, paces
from .layers import class_scores
from .loss import eased_loss, rein
from .start import starting_weights


def train(
    draws: list[np.ndarray], signal: np.ndarray, label: np.ndarray, cfg: SimpleNamespace
) -> list[np.ndarray]:
    """The network's arrays after training on steadied signals (n, d) and label (n,)."""

    def objective(weights: list[np.ndarray]) -> float:
        return eased_loss(class_scores(weights, signal), label) + cfg.rein * rein(weights)

    weights = starting_weights(draws, signal, label)
    descent, trace = Descent(), []
    for rate, momentum in paces(cfg.steps, cfg.rate):
        weights = descent.step(weights, grad(objective)(weights), rate, momentum)
        trace.append(weights)
    return blend(trace)
