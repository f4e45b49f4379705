"""A search, generation by generation."""
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np

from .archive import foretell, nearness, screen
from .box import fold, stray
from .draw import directions, root
from .merit import merits, next_debt, next_noise, shares, soft_ranks
from .step import State, lengthen, recentre, reshape, resize, shake
from .world import World


@dataclass
class Log:
    """By generation: state after it, points that were fired, debt, noise, hours, and the settings
    that are advised after it."""

    states: list[State] = field(default_factory=list)
    points: list[np.ndarray] = field(default_factory=list)
    debts: list[float] = field(default_factory=list)
    noises: list[float] = field(default_factory=list)
    hours: list[float] = field(default_factory=list)
    advice: list[np.ndarray] = field(default_factory=list)

    @property
    def fired(self) -> np.ndarray:
        """Settings (N, d) of all firings but those that were done again."""
        return fold(np.concatenate(self.points))

    @property
    def centres(self) -> np.ndarray:
        """Centres (G, d)."""
        return np.array([state.centre for state in self.states])


def start(cfg: SimpleNamespace) -> State:
    """The state before the first generation."""
    none = np.zeros(cfg.world.settings)
    centre = np.full(cfg.world.settings, 0.35)
    return State(centre, cfg.search.size, np.eye(len(none)), none, none, none)


def search(world: World, cfg: SimpleNamespace, screened: bool = True) -> Log:
    """Search; without screening all candidates are fired."""
    log, state = Log(), start(cfg)
    debt, noise = cfg.search.debt, None
    loss, strain = np.zeros(0), np.zeros(0)
    best_point, best_merit, record = None, 0.0, []
    for g, draws in enumerate(world.draws):
        rooted = root(state.shape)
        reach = state.size * rooted
        point = state.centre + directions(draws) @ reach
        if g > 0:
            old = np.concatenate(log.points)
            born = np.repeat(np.arange(g), [len(points) for points in log.points])
            if screened:
                known = merits(loss, strain, stray(old), debt)
                point = point[screen(foretell(nearness(point, old, g - born, reach), known))]
        seen = world.kiln.fire(fold(point), world.noise[g, : len(point)])
        hours = world.kiln.hours(fold(point)).sum()
        merit = merits(*seen, stray(point), debt)
        if g > 0:
            again = world.kiln.fire(fold(best_point), world.noise[g, -1:])
            hours += world.kiln.hours(fold(best_point)).sum()
            repeated = merits(*again, stray(best_point), debt)
            noise = next_noise(noise, best_merit, float(repeated[0]))
        spoken = 0.0 if noise is None else noise
        share = shares(soft_ranks(merit, spoken))
        old_state, state = state, recentre(state, point, share)
        step = (point - old_state.centre) / old_state.size
        state = lengthen(state, share @ step, share, rooted)
        state = resize(reshape(state, step, share), merit, spoken)
        best = int(np.argmin(merit))
        record.append(float(merit[best]))
        state = shake(state, record, spoken, cfg.search.patience)
        loss, strain = np.append(loss, seen[0]), np.append(strain, seen[1])
        log.points.append(point)
        log.states.append(state)
        debt = next_debt(debt, seen[1])
        best_point = point[best : best + 1]
        best_merit = float(merits(seen[0], seen[1], stray(point), debt)[best])
        log.debts.append(debt)
        log.noises.append(spoken)
        log.hours.append(float(hours))
        every = np.concatenate(log.points)
        age = g - np.repeat(np.arange(g + 1), [len(points) for points in log.points])
        near = nearness(every, every, age, reach)
        hoped = foretell(near, merits(loss, strain, stray(every), debt))
        log.advice.append(fold(every[[int(np.argmin(hoped))]])[0])
    return log


def advised(world: World, log: Log) -> np.ndarray:
    """True value (G,) of the settings that are advised after each generation."""
    settings = np.array(log.advice)
    return world.kiln.loss(settings) + 4.0 * np.maximum(world.kiln.strain(settings), 0.0)
