"""A season, round by round."""
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np

from .estimate import counts, levels, ripe_weights, spreads, weekday_shift
from .index import choose, indices, widths
from .lateness import arrival_chance, tally
from .memory import fade, forget, memories
from .watch import Watch, surprise
from .world import World


@dataclass(frozen=True)
class View:
    """What is known of the arms at the start of a round: each (K,), but shift (7,) and
    chance (K, A + 1)."""

    level: np.ndarray
    spread: np.ndarray
    count: np.ndarray
    memory: np.ndarray
    width: np.ndarray
    index: np.ndarray
    shift: np.ndarray
    chance: np.ndarray


@dataclass
class Log:
    """What a season was: choices (T,), the view of each round, alarms as arm and round, and all
    surprises in order."""

    path: np.ndarray
    views: list[View] = field(default_factory=list)
    alarms: list[tuple[int, int]] = field(default_factory=list)
    surprises: list[float] = field(default_factory=list)

    def stack(self, name: str) -> np.ndarray:
        """What the views say of something, (T, K)."""
        return np.array([getattr(view, name) for view in self.views])


def look(
    t: int,
    arm: np.ndarray,
    value: np.ndarray,
    late: np.ndarray,
    trust: np.ndarray,
    shift: np.ndarray,
    cfg: SimpleNamespace,
) -> View:
    """The view of round t, from the t choices before it; late is 0 where a taking is open."""
    arms, when = cfg.world.arms, np.arange(t)
    age, known, day = t - when, late > 0, when % 7
    chance = arrival_chance(
        *tally(arm, age, late, arms, cfg.world.longest), cfg.lateness.strength
    )
    eased = value - shift[day]
    memory = memories(arm[known], eased[known], trust[known], arms, cfg.memory.usual)
    faded = fade(age, memory[arm])
    weight = ripe_weights(faded[known], trust[known], arm[known], age[known], chance)
    level = levels(arm[known], eased[known], weight, arms, cfg.level.prior)
    spread = spreads(arm[known], eased[known], weight, level, cfg.level.prior)
    count = counts(arm[known], weight, arm[~known], (faded * trust)[~known], arms)
    stale = np.full(arms, t + 1, dtype=np.int64)
    np.minimum.at(stale, arm[known], age[known])
    width = widths(spread, count, stale, memory)
    waiting = np.bincount(arm[~known], minlength=arms)
    index = indices(level, width, waiting, cfg.index.daring)
    rest = value[known] - level[arm[known]]
    shift = weekday_shift(day[known], rest, weight)
    return View(level, spread, count, memory, width, index, shift, chance)


def play(world: World, cfg: SimpleNamespace) -> Log:
    """Play a season."""
    rounds, arms = world.mean.shape
    log = Log(np.zeros(rounds, dtype=np.int64))
    path, trust = log.path, np.ones(rounds)
    value, late = np.zeros(rounds), np.zeros(rounds, dtype=np.int64)
    idle = np.zeros(arms, dtype=np.int64)
    watch = Watch(arms, cfg.watch.bar)
    shift = np.zeros(7)
    for t in range(rounds):
        due = world.late[np.arange(t), path[:t]]
        for s in np.flatnonzero(np.arange(t) + due == t):
            value[s], late[s] = world.taking[s, path[s]], due[s]
            arm, view = int(path[s]), log.views[-1]
            eased = value[s] - view.shift[s % 7]
            surprised = surprise(eased, view.level[arm], view.spread[arm], view.count[arm])
            log.surprises.append(surprised)
            mark = watch.hear(arm, int(s), surprised)
            if mark is not None:
                log.alarms.append((arm, t))
                trust[:t] = forget(trust[:t], path[:t], arm, mark, cfg.watch.keep)
        view = look(t, path[:t], value[:t], late[:t], trust[:t], shift, cfg)
        log.views.append(view)
        shift = view.shift
        if t < arms:
            path[t] = t
        else:
            path[t] = choose(
                view.index, view.width, idle, int(path[t - 1]), cfg.index.patience, cfg.index.stick
            )
        idle += 1
        idle[path[t]] = 1
    return log
