"""From a world to accounts of what its networks decide."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .chances import clouded_chance, distortion, sharpness
from .helpers import log_softmax
from .layers import class_scores
from .loss import eased_loss, rein
from .obscure import kin_weights, obscure
from .rate import bits, shrunken_correlation
from .relevance import relevance_map
from .reveal import reveal_curve
from .scaling import steady_channels
from .training import train
from .world import World


@dataclass(frozen=True)
class Question:
    """Steadied signals: those to explain (m, d) and the stock (K, d); kin (m, K);
    correlation (d, d) of the channels."""

    signal: np.ndarray
    stock: np.ndarray
    kin: np.ndarray
    correlation: np.ndarray


@dataclass(frozen=True)
class Witness:
    """A trained network, its sharpness, the gap between its losses, and its strain."""

    weights: list[np.ndarray]
    sharp: float
    gap: float
    strain: float

    def own_chance(self, signal: np.ndarray) -> np.ndarray:
        """Chances (m, C) of the classes for whole signals (m, d)."""
        return np.exp(log_softmax(self.sharp * class_scores(self.weights, signal)))

    def clouded(self, question: Question, mask: np.ndarray) -> np.ndarray:
        """Chances (m, C) of the classes for what masks (m, d) let through."""
        shown = obscure(mask, question.signal, question.stock, question.kin)
        return clouded_chance(self.weights, self.sharp, shown, question.kin)

    def distort(self, question: Question, mask: np.ndarray) -> np.ndarray:
        """Distortion (m,) by masks (m, d)."""
        return distortion(self.own_chance(question.signal), self.clouded(question, mask))


def make_witnesses(world: World, cfg: SimpleNamespace) -> list[Witness]:
    """Train a network from each of the world's draws."""
    fit = steady_channels(world.fit.signal, world.fit.signal)
    tune = steady_channels(world.fit.signal, world.tune.signal)
    witnesses = []
    for draws in world.draws:
        weights = train(draws, fit, world.fit.label, cfg.train)
        scores = class_scores(weights, tune)
        loss = eased_loss(class_scores(weights, fit), world.fit.label)
        gap = eased_loss(scores, world.tune.label) - loss
        sharp = sharpness(scores, world.tune.label)
        witnesses.append(Witness(weights, sharp, gap, rein(weights)))
    return witnesses


def make_question(world: World) -> Question:
    """The stock are the readings to tune on."""
    fit = steady_channels(world.fit.signal, world.fit.signal)
    stock = steady_channels(world.fit.signal, world.tune.signal)
    signal = steady_channels(world.fit.signal, world.ask.signal)
    return Question(signal, stock, kin_weights(signal, stock), shrunken_correlation(fit))


def explain(witness: Witness, question: Question, cfg: SimpleNamespace) -> np.ndarray:
    """Relevance (m, d) of the channels for what a network decides."""
    return relevance_map(
        lambda mask: witness.distort(question, mask),
        lambda mask: bits(mask, question.correlation),
        question.signal.shape,
        cfg.explain.price,
        cfg.explain.steps,
        cfg.explain.pace,
    )


def reveal(witness: Witness, question: Question, relevance: np.ndarray) -> np.ndarray:
    """Curve (d + 1,) of how sure a network's decisions are, by channels that are shown."""
    decided = np.argmax(witness.own_chance(question.signal), axis=1)
    rows = np.arange(len(decided))
    return reveal_curve(relevance, lambda mask: witness.clouded(question, mask)[rows, decided])
