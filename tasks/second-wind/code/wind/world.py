"""Synthetic panels of pupils in schools, who are tutored for a term or not."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


@dataclass(frozen=True)
class Panel:
    """mark, taken (0 or 1), present (N, T), zero where absent; background (N, d);
    school (N,); district (S,)."""

    mark: np.ndarray
    taken: np.ndarray
    present: np.ndarray
    background: np.ndarray
    school: np.ndarray
    district: np.ndarray

    @property
    def n_schools(self) -> int:
        return len(self.district)


def make_panel(cfg: SimpleNamespace) -> Panel:
    """Draw a panel from the `world` table of a configuration."""
    rng = np.random.default_rng([cfg.seed, 7])
    pupils, terms, schools = cfg.pupils, cfg.terms, cfg.schools
    district = np.sort(np.arange(schools) % cfg.districts)
    odds = rng.uniform(0.6, 1.6, size=schools)
    school = rng.choice(schools, size=pupils, p=odds / odds.sum()).astype(np.intp)
    school[: 5 * schools] = np.tile(np.arange(schools), 5)
    climate = 0.4 * rng.normal(size=schools)
    habit = cfg.school_habit * rng.normal(size=schools)
    quality = cfg.effect * np.exp(cfg.effect_spread * rng.normal(size=schools))
    background = rng.normal(size=(pupils, 3)) + 0.5 * climate[school][:, None]
    background[:, 1] = np.exp(0.5 * background[:, 1])
    talent = 0.5 * background[:, 0] - 0.3 * background[:, 1] + climate[school]
    talent = talent + 0.4 * rng.normal(size=pupils)
    hidden = rng.normal(size=pupils)
    benefit = quality[school] * np.exp(0.25 * background[:, 2])

    mark = np.zeros((pupils, terms))
    taken = np.zeros((pupils, terms))
    present = np.ones((pupils, terms), dtype=bool)
    here = np.ones(pupils, dtype=bool)
    past = talent + rng.normal(size=pupils)
    before = np.zeros(pupils)
    level = talent.copy()
    for t in range(terms):
        if t >= 2:
            leave = cfg.leaving * np.exp(-past)
            here = here & (rng.random(pupils) >= np.minimum(leave, 0.5))
        slip = past - level
        crowd = np.bincount(school, weights=before, minlength=schools)
        crowd = crowd / np.bincount(school, minlength=schools)
        lean = cfg.appetite + habit[school] - cfg.reaction * np.minimum(slip, 0.3)
        lean = lean - 0.3 * level + 1.5 * crowd[school] + 0.4 * before + cfg.hidden * hidden
        lean = lean + 0.3 * background[:, 0] * np.sin(background[:, 2])
        chance = 1.0 / (1.0 + np.exp(-lean))
        now = (rng.random(pupils) < chance).astype(float)
        noise = cfg.noise * rng.standard_t(5, size=pupils)
        fresh = 0.7 * talent + 0.3 * past + benefit * now + cfg.echo * benefit * before
        fresh = fresh + cfg.hidden * 0.3 * hidden + 0.1 * np.minimum(slip, 0.0) ** 2 + noise
        mark[:, t] = np.where(here, fresh, 0.0)
        taken[:, t] = np.where(here, now, 0.0)
        present[:, t] = here
        level = 0.6 * level + 0.4 * fresh
        past, before = fresh, now
    return Panel(mark, taken, present, background, school, district)
