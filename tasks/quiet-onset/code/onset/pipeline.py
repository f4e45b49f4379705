"""From the files of the health office to a reading of the outbreak."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .ascertain import ascertainment
from .backproject import back_project
from .delays import delay_law, reverse_hazards
from .laws import day_law
from .measures import felt, measure_effects
from .mixing import next_generation, reciprocal_contacts, relative_susceptibility, yardstick
from .nowcast import complete, place_undated
from .projection import project
from .renewal import Renewal
from .reproduction import cohort_log_r, pooled_log_ratio, stiff_smooth
from .uncertainty import lattice_interval
from .world import Outbreak

UNSHAKEN = np.ones(4)


@dataclass(frozen=True)
class Reading:
    """An outbreak as read at the last trusted day, N days in.

    infections, imported (N, A); found (A,); contacts (A, A); susceptibility (A,);
    size: the yardstick; renewal: with the matrix over its yardstick; log_r, cohort, weight (N,);
    intercept and slopes (M,) of the measures; stringency (N, M) as felt.
    """

    infections: np.ndarray
    imported: np.ndarray
    found: np.ndarray
    contacts: np.ndarray
    susceptibility: np.ndarray
    size: float
    renewal: Renewal
    log_r: np.ndarray
    cohort: np.ndarray
    weight: np.ndarray
    intercept: float
    slopes: np.ndarray
    stringency: np.ndarray

    @property
    def population(self) -> np.ndarray:
        return self.renewal.population


def onset_curve(outbreak: Outbreak, cfg: SimpleNamespace) -> np.ndarray:
    """Completed local onsets (T, A) of all reported cases, dated or not."""
    hazard = reverse_hazards(outbreak.dated, cfg.delay.half_life, cfg.delay.pooling)
    law = delay_law(hazard)
    placed = place_undated(outbreak.dated, outbreak.undated, law)
    onsets = outbreak.dated.sum(axis=1) + placed
    return complete(onsets, law, cfg.nowcast.caution, cfg.nowcast.window)


def law_of(table: SimpleNamespace, stretch: float = 1.0) -> np.ndarray:
    """The lag law of a configuration table, its mean multiplied."""
    return day_law(table.mean * stretch, table.shape, table.length, table.first)


def read(
    outbreak: Outbreak, onsets: np.ndarray, cfg: SimpleNamespace, shake: np.ndarray = UNSHAKEN
) -> Reading:
    """Read an outbreak from its onset curve (T, A).

    shake: multipliers of incubation, generation lag, fatality and leak.
    """
    incubation = law_of(cfg.incubation, shake[0])
    generation = law_of(cfg.generation, shake[1])
    detected = back_project(onsets, incubation, cfg.backproject.rounds, cfg.backproject.damping)
    found = ascertainment(
        onsets, outbreak.deaths, outbreak.ifr * shake[2], law_of(cfg.death), cfg.found.prior
    )
    trusted = onsets.shape[0] - cfg.smooth.lead
    infections = detected[:trusted] / found
    imported = outbreak.imported[:trusted]
    measures = outbreak.measures[:trusted]

    contacts = reciprocal_contacts(outbreak.survey, outbreak.participants, outbreak.population)
    susceptibility = relative_susceptibility(
        contacts, infections, outbreak.population, cfg.mixing.trust
    )
    matrix = next_generation(contacts, susceptibility, np.array(cfg.mixing.infectivity))
    size = yardstick(matrix)
    renewal = Renewal(
        matrix / size, generation, outbreak.population, cfg.mixing.leak * shake[3]
    )
    pressure = renewal.pressure(infections, imported)
    ratio, weight = pooled_log_ratio(infections, pressure, found, cfg.smooth.burn_in)
    log_r = stiff_smooth(ratio, weight, measures, cfg.smooth.stiffness, cfg.smooth.give)
    cohort = cohort_log_r(log_r, generation)
    stringency = np.array(list(felt(measures, cfg.measures.rise, cfg.measures.fall)))
    intercept, slopes = measure_effects(log_r, stringency, weight, cfg.measures.ridge)
    return Reading(
        infections, imported, found, contacts, susceptibility, size, renewal,
        log_r, cohort, weight, intercept, slopes, stringency,
    )


def ahead(
    reading: Reading,
    outbreak: Outbreak,
    plan: np.ndarray,
    cfg: SimpleNamespace,
    renewal: Renewal | None = None,
) -> np.ndarray:
    """Projected infections (H, A) under a plan of measures (H, M) and, maybe, other contacts."""
    trusted = reading.infections.shape[0]
    whole = np.vstack([outbreak.measures[:trusted], plan])
    path = np.array(list(felt(whole, cfg.measures.rise, cfg.measures.fall)))
    fitted = reading.intercept + path[trusted - 1 :] @ reading.slopes
    days = project(
        renewal or reading.renewal,
        reading.infections,
        reading.imported,
        reading.log_r[-1],
        fitted,
        cfg.ahead.memory,
    )
    return np.array(list(days))


def constant_plan(levels: list[float], cfg: SimpleNamespace) -> np.ndarray:
    """A plan (H, M) that holds the same levels on all days."""
    return np.tile(np.array(levels), (cfg.ahead.days, 1))


def interval(statistic, outbreak: Outbreak, onsets: np.ndarray, cfg: SimpleNamespace):
    """Limits for a positive statistic of a reading."""
    return lattice_interval(
        lambda shake: statistic(read(outbreak, onsets, cfg, shake)),
        np.array(cfg.interval.widths),
        cfg.interval.points,
        cfg.interval.level,
    )
