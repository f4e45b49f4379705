"""Synthetic outbreaks, simulated person by person, and what a health office gets to see of them."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


@dataclass(frozen=True)
class Outbreak:
    """What is on file at the end of day T - 1, by age group (A) and measure (M).

    dated (T, D + 1, A): local cases with known onset, onset day by days until report;
    undated (T, A): local cases without onset date, by day of report;
    imported (T, A): imported cases by day of arrival; deaths (T, A): by day of death;
    measures (T, M): stringency in [0, 1]; population (A,): persons; ifr (A,): deaths per infection;
    survey (A, A): mean daily contacts of a participant (row) with each age group (column);
    participants (A,): size of the survey.
    """

    dated: np.ndarray
    undated: np.ndarray
    imported: np.ndarray
    deaths: np.ndarray
    measures: np.ndarray
    population: np.ndarray
    ifr: np.ndarray
    survey: np.ndarray
    participants: np.ndarray


def _stringency(days: int, steps: list) -> np.ndarray:
    """Measures (days, M) from lists of [day, value], one list per measure."""
    table = np.zeros((days, len(steps)))
    for column, changes in enumerate(steps):
        for day, value in changes:
            table[day:, column] = value
    return table


def _mixing(rng: np.random.Generator, population: np.ndarray, cfg: SimpleNamespace) -> np.ndarray:
    """Daily contacts of a person (row) with each age group (column), balanced in both directions."""
    ages = np.arange(population.size)
    distance = np.abs(ages[:, None] - ages[None, :])
    liking = np.exp(-cfg.assortment * distance + 0.25 * rng.normal(size=distance.shape))
    liking = liking + liking.T + 0.2
    liking[0, 0] += cfg.classroom
    meetings = liking * population[None, :] / population.sum()
    return cfg.daily_contacts * meetings / (meetings.sum(axis=1) @ population / population.sum())


def _lags(rng: np.random.Generator, shape: float, scale: float, size: int) -> np.ndarray:
    return np.floor(rng.random(size) + scale * rng.weibull(shape, size=size)).astype(np.intp)


def simulate(cfg: SimpleNamespace) -> Outbreak:
    """Draw an outbreak from the `world` table of a configuration."""
    rng = np.random.default_rng(cfg.seed)
    days, lags = cfg.days, cfg.longest_delay + 1
    population = np.array(cfg.population, dtype=np.float64)
    groups = population.size
    measures = _stringency(days, cfg.steps)
    mixing = _mixing(rng, population, cfg)
    proneness = np.array(cfg.proneness)
    offspring = mixing * proneness[None, :]
    offspring = offspring / np.abs(np.linalg.eigvals(offspring)).max()
    wave = 1.0 + cfg.wobble * np.sin(2.0 * np.pi * np.arange(days) / cfg.wobble_days)
    strength = cfg.r0 * wave * np.exp(-measures @ np.array(cfg.effects))

    infected = np.zeros((days, groups), dtype=np.int64)
    infected[: cfg.seed_days] = rng.poisson(cfg.seeds_per_day * population / population.sum(),
                                            size=(cfg.seed_days, groups))
    season = 1.0 + 0.6 * np.sin(np.arange(days) / 9.0)
    arrivals = cfg.arrivals * season[:, None] * np.array(cfg.traveller_age)[None, :]
    imported = rng.poisson(arrivals)
    ceiling = strength.max()
    for day in range(days):
        past = infected[:day].sum(axis=0)
        infectious = infected[day] + rng.binomial(imported[day], cfg.leak)
        for source in range(groups):
            for victim in range(groups):
                mean = infectious[source] * ceiling * offspring[source, victim]
                born = day + 1 + _lags(rng, 1.7, cfg.generation_scale, rng.poisson(mean))
                born = born[born < days]
                thin = strength[born] / ceiling * (1.0 - past[victim] / population[victim])
                born = born[rng.random(born.size) < thin]
                infected[:, victim] += np.bincount(born, minlength=days)

    dated = np.zeros((days, lags, groups))
    undated = np.zeros((days, groups))
    deaths = np.zeros((days, groups))
    ifr = np.array(cfg.ifr)
    for group in range(groups):
        person = np.repeat(np.arange(days), infected[:, group].astype(np.intp))
        onset = person + _lags(rng, 1.8, cfg.incubation_scale, person.size)
        died = rng.random(person.size) < ifr[group]
        death = onset + 4 + _lags(rng, 1.5, cfg.death_scale, person.size)
        np.add.at(deaths, (death[died & (death < days)], group), 1.0)
        speed = cfg.delay_scale * (1.0 - cfg.speed_up * onset / days) * cfg.slowness[group]
        delay = np.floor(speed * rng.weibull(1.4, size=person.size)).astype(np.intp)
        found = rng.random(person.size) < cfg.found[group]
        filed = found & (delay < lags) & (onset + delay < days)
        known = filed & (rng.random(person.size) < cfg.dated_share)
        np.add.at(dated, (onset[known], delay[known], group), 1.0)
        np.add.at(undated, ((onset + delay)[filed & ~known], group), 1.0)

    participants = np.array(cfg.participants, dtype=np.float64)
    scatter = rng.gamma(participants[:, None] / 2.0, size=mixing.shape) / participants[:, None] * 2.0
    bias = np.exp(0.3 * rng.normal(size=groups))
    survey = mixing * scatter * bias[:, None]
    return Outbreak(dated, undated, imported.astype(np.float64), deaths, measures, population,
                    ifr, survey, participants)
