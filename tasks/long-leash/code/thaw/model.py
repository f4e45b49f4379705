"""Forms of growth as posteriors."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .curves import grown_size
from .prior import log_prior
from .readings import reading_log_likelihood, surface_weights
from .world import Survey

PRIOR = {
    "delay": (np.log(8.0), 0.4, 0.6),
    "rate": (np.log(0.6), 0.5, 0.4),
    "spread": (np.log(0.3), 0.3, 0.5),
    "pace": (np.log(60.0), 0.8, 1.0),
    "great": (np.log(45.0), 0.5, 0.4),
    "later": (-0.8, 1.0, 0.7),
}
FORMS = {
    "steady": ("delay", "rate", "spread"),
    "slowing": ("delay", "rate", "spread", "pace"),
    "phased": ("delay", "rate", "spread", "great", "later"),
}


@dataclass(frozen=True)
class Model:
    """A form of growth and the survey it is held against."""

    form: str
    survey: Survey

    @cached_property
    def table(self) -> np.ndarray:
        """Centre, left and right width (d, 3) of the prior of each parameter."""
        return np.array([PRIOR[name] for name in FORMS[self.form]])

    def surface_terms(self, theta: np.ndarray) -> np.ndarray:
        """Weighted log likelihood (n, S) of the readings of each dated surface."""
        survey = self.survey
        size = grown_size(self.form, theta, survey.age)[:, survey.surface]
        term = reading_log_likelihood(size, np.exp(theta[:, 2]), survey.reading, survey.limit)
        term = term * surface_weights(survey.surface)
        return term @ np.eye(len(survey.age))[survey.surface]

    def log_terms(self, theta: np.ndarray) -> np.ndarray:
        """The terms of the surfaces, and the log prior behind them, (n, S + 1)."""
        return np.column_stack([self.surface_terms(theta), log_prior(theta, self.table)])

    def log_target(self, theta: np.ndarray) -> np.ndarray:
        """Log of prior times likelihood (n,)."""
        return self.log_terms(theta).sum(axis=1)
