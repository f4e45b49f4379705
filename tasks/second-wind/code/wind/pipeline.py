"""From a panel to an effect."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .bounds import effect_bounds
from .columns import bent_columns
from .folds import deal_schools, fold_rows
from .history import fading_dose, recent_form
from .interval import school_jackknife
from .outcome import paired_fit
from .peers import peer_pull
from .recalibrate import recalibrate
from .schools import Pooled, pool_schools, school_effects
from .scores import augmented_scores, row_mass
from .staying import staying_weights
from .uptake import UptakeModel
from .weights import ease_weights, history_weights
from .world import Panel


@dataclass(frozen=True)
class Rows:
    """The pupils' terms in use: pupil, term, fold, taken (n,) and columns (n, p)."""

    pupil: np.ndarray
    term: np.ndarray
    fold: np.ndarray
    taken: np.ndarray
    columns: np.ndarray


@dataclass(frozen=True)
class Study:
    """Rows with a mark at the horizon: all fields (n,), but expected (n, 2), school (N,)."""

    pupil: np.ndarray
    taken: np.ndarray
    mark: np.ndarray
    chance: np.ndarray
    mass: np.ndarray
    weight: np.ndarray
    expected: np.ndarray
    school: np.ndarray

    @property
    def effects(self) -> tuple[np.ndarray, np.ndarray]:
        """Effects and variances (S,) of the schools."""
        score = augmented_scores(self.expected, self.mark, self.taken, self.weight, self.mass)
        return school_effects(score, self.mass, self.pupil, self.school)

    @property
    def pooled(self) -> Pooled:
        return pool_schools(*self.effects)

    @property
    def naive(self) -> float:
        """Plain difference of mean marks."""
        return float(self.mark[self.taken == 1].mean() - self.mark[self.taken == 0].mean())

    @property
    def regressed(self) -> float:
        """Plain mean difference of the expected marks."""
        return float((self.expected[:, 1] - self.expected[:, 0]).mean())

    def interval(self, level: float) -> tuple[float, float]:
        """Limits for the pooled effect."""
        effect, variance = self.effects

        def statistic(kept: np.ndarray) -> float:
            return pool_schools(effect[kept], variance[kept]).effect

        return school_jackknife(statistic, len(effect), level)

    def bounds(self, strength: float) -> tuple[float, float]:
        """Limits of the effect under a hidden motive."""
        return effect_bounds(
            self.expected, self.mark, self.taken, self.mass, self.weight, self.chance, strength
        )


def make_rows(panel: Panel, cfg: SimpleNamespace) -> Rows:
    """One row per pupil and term from term 1 on, in this order, while the pupil is present."""
    pupil, term = np.nonzero(panel.present[:, 1:])
    term = term + 1
    form = recent_form(panel.mark)
    dose = fading_dose(panel.taken)
    pull = peer_pull(panel.mark, panel.taken, panel.present, panel.school)
    past = np.dstack([form, dose, pull])[pupil, term - 1]
    features = np.hstack([past, panel.background[pupil]])
    size = np.bincount(panel.school[pupil], minlength=panel.n_schools)
    fold = deal_schools(size, panel.district, cfg.folds.number)[panel.school[pupil]]
    return Rows(pupil, term, fold, panel.taken[pupil, term], bent_columns(features, term))


def fit_chances(rows: Rows, mass: np.ndarray, cfg: SimpleNamespace) -> np.ndarray:
    """Recalibrated chance (n,) of the treatment, each from other schools."""
    chance = np.empty(len(rows.taken))
    for train, tune, held in fold_rows(rows.fold, rows.term, cfg.folds.number):
        model = UptakeModel.fit(
            rows.columns[train], rows.taken[train], mass[train], cfg.uptake.penalty
        )
        chance[held] = recalibrate(
            model.chance(rows.columns[tune]),
            rows.taken[tune],
            mass[tune],
            model.chance(rows.columns[held]),
        )
    return chance


def study(panel: Panel, cfg: SimpleNamespace, horizon: int) -> Study:
    """Everything about the marks `horizon` terms after the treatment."""
    rows = make_rows(panel, cfg)
    staying = staying_weights(panel.mark, panel.present, panel.school, cfg.staying.strength)
    now = staying[rows.pupil, rows.term]
    chance = fit_chances(rows, now, cfg)
    weight = history_weights(chance, rows.taken, now, rows.pupil, rows.term)

    later = np.minimum(rows.term + horizon, panel.mark.shape[1] - 1)
    seen = (rows.term + horizon == later) & panel.present[rows.pupil, later]
    pupil, later, taken = rows.pupil[seen], later[seen], rows.taken[seen]
    chance, columns, fold = chance[seen], rows.columns[seen], rows.fold[seen]
    mark, stay = panel.mark[pupil, later], staying[pupil, later]
    weight = ease_weights(weight[seen], taken, stay)
    expected = np.empty((len(pupil), 2))
    for number in range(cfg.folds.number):
        held, rest = fold == number, fold != number
        pair = paired_fit(
            columns[rest], mark[rest], taken[rest], (stay * weight)[rest], cfg.outcome.penalty
        )
        expected[held] = columns[held] @ pair.T
    mass = row_mass(chance, stay, later - horizon)
    return Study(pupil, taken, mark, chance, mass, weight, expected, panel.school)
