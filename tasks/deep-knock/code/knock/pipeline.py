"""From traces to places and rock."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .onsets import find_trigger, loudness, onset_weight, refine_onset, sharpness
from .places import event_start, lowest_place, misfit_map
from .rock import corners, edge_times, path_row, shortest_times
from .world import Survey


@dataclass(frozen=True)
class Onsets:
    """Arrival in seconds, weight and amplitude, all (E, S); weight is zero where none is found."""

    arrival: np.ndarray
    weight: np.ndarray
    loud: np.ndarray


@dataclass(frozen=True)
class Ways:
    """Times (S, rows, columns) from each station, and the nodes before, of the same shape."""

    times: np.ndarray
    previous: np.ndarray


@dataclass(frozen=True)
class Rays:
    """Arrivals in use: event, station, weight, rest (P,) and rows (P, nodes) in steps."""

    event: np.ndarray
    station: np.ndarray
    weight: np.ndarray
    rest: np.ndarray
    rows: np.ndarray


def find_onsets(survey: Survey, cfg: SimpleNamespace) -> Onsets:
    """Onsets in all traces."""
    found = np.zeros((3, *survey.trace.shape[:2]))
    for event, station in np.ndindex(*survey.trace.shape[:2]):
        trace = survey.trace[event, station]
        sharp = sharpness(trace)
        trigger = find_trigger(sharp, cfg.onsets.short, cfg.onsets.long, cfg.onsets.bar)
        if trigger >= 0:
            onset = refine_onset(sharp, trigger, cfg.onsets.reach)
            found[:, event, station] = (
                onset / cfg.world.rate,
                onset_weight(trace, onset, cfg.onsets.span),
                loudness(trace, onset, cfg.onsets.span),
            )
    return Onsets(*found)


def find_ways(rock: np.ndarray, column: np.ndarray, step: float) -> Ways:
    """Times and paths from stations at the surface."""
    edges = edge_times(rock, step)
    both = [shortest_times(edges, (0, int(where))) for where in column]
    return Ways(np.array([time for time, _ in both]), np.array([before for _, before in both]))


def find_places(onsets: Onsets, ways: Ways, term: np.ndarray) -> np.ndarray:
    """Places (E, 2), as row and column, of the events."""
    return np.array(
        [
            lowest_place(misfit_map(arrival - term, weight, ways.times))
            for arrival, weight in zip(onsets.arrival, onsets.weight)
        ]
    )


def trace_rays(
    onsets: Onsets, ways: Ways, place: np.ndarray, term: np.ndarray, rock: np.ndarray, step: float
) -> Rays:
    """Residuals of all arrivals with weight, and what the rock at each node has to do with them."""
    event, station = np.nonzero(onsets.weight)
    rows = np.zeros((len(event), rock.size))
    rest = np.empty(len(event))
    for number, (e, s) in enumerate(zip(event, station)):
        for i, j, share in corners(place[e], rock.shape):
            rows[number] += share * path_row(ways.previous[s], (i, j)).ravel()
        rest[number] = onsets.arrival[e, s] - term[s] - step * rows[number] @ rock.ravel()
    for e in np.unique(event):
        mine = event == e
        rest[mine] -= event_start(rest[mine], onsets.weight[e, station[mine]])
    return Rays(event, station, onsets.weight[event, station], rest, rows)
