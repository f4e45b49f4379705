"""One round of serving, and the audit of a round."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .affinity import AffinityModel
from .browsing import absorb_visits, examination
from .disparity import Disparity, joint_disparity, shrink_table
from .draws import open_uniform, stream
from .exposure import ExposureLedger
from .logits import attraction, user_logits
from .ranker import stochastic_rankings
from .tables import group_table, target_table, user_weights
from .uncertainty import household_interval
from .world import World


@dataclass(frozen=True)
class Round:
    """What one round leaves: logits, attract, exposure (U, I); rankings, seen (L, U, depth)."""

    logits: np.ndarray
    attract: np.ndarray
    exposure: np.ndarray
    rankings: np.ndarray
    seen: np.ndarray

    @property
    def mean_exposure(self) -> float:
        """Exposure that a list hands out on average."""
        return float(self.exposure.sum(axis=1).mean())


def serve(world: World, counts: np.ndarray, cfg: SimpleNamespace, step: int) -> Round:
    """Fit on counts (U, I), sample lists and book their exposure."""
    scores = AffinityModel.fit(counts, cfg.model).score(counts)
    logits = user_logits(scores, cfg.ranker.heat)
    attract = attraction(logits, cfg.browser.picky)
    ledger = ExposureLedger(world.n_users, world.n_items)
    rankings, seen = [], []
    rng = stream(cfg.world.seed, "lists", step)
    for ranking in stochastic_rankings(logits, world.membership, rng, cfg.ranker):
        exam = examination(ranking, attract, world.membership, world.patience)
        ledger.add(ranking, exam)
        rankings.append(ranking)
        seen.append(exam)
    return Round(logits, attract, ledger.average(), np.stack(rankings), np.stack(seen))


def feed_back(
    world: World, counts: np.ndarray, done: Round, cfg: SimpleNamespace, step: int
) -> np.ndarray:
    """Counts (U, I) after the users' visits to the first `served` lists of a round."""
    served = cfg.feedback.served
    rankings = done.rankings[:served]
    uniforms = open_uniform(stream(cfg.world.seed, "visits", step), rankings.shape)
    return absorb_visits(
        counts, rankings, done.seen[:served], done.attract, uniforms, cfg.feedback.retention
    )


def campaign(world: World, cfg: SimpleNamespace):
    """Yield the rounds 0, 1, ..., `rounds`, each served on the log its predecessor left."""
    counts = world.counts
    for step in range(cfg.feedback.rounds + 1):
        done = serve(world, counts, cfg, step)
        yield done
        counts = feed_back(world, counts, done, cfg, step)


def tables(
    world: World, done: Round, cfg: SimpleNamespace, multiplicity: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Stabilised exposure table and target table, both (G, H)."""
    weight = user_weights(world.user_group, world.household, multiplicity)
    raw = group_table(done.exposure, weight, world.user_group, world.membership)
    target = target_table(
        done.logits, weight, world.user_group, world.membership, cfg.audit.catalogue_pull
    )
    return shrink_table(raw, weight, done.rankings.shape[0]), target


def measure(
    world: World, done: Round, cfg: SimpleNamespace, multiplicity: np.ndarray | None = None
) -> Disparity:
    """Disparity of a round; every household counts once unless told otherwise."""
    if multiplicity is None:
        multiplicity = np.ones(world.n_households)
    return joint_disparity(*tables(world, done, cfg, multiplicity))


def interval(world: World, done: Round, cfg: SimpleNamespace) -> tuple[float, float]:
    """Limits for the crossed disparity of a round."""
    return household_interval(
        lambda multiplicity: measure(world, done, cfg, multiplicity).crossed,
        world.n_households,
        stream(cfg.world.seed, "bootstrap"),
        cfg.audit.replicates,
        cfg.audit.level,
    )
