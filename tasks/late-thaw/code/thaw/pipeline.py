"""From a world to networks in their valleys."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from .criterion import Thaw
from .layers import forecast, states
from .rows import Rows, new_rows, old_rows
from .scores import flood_score, widening
from .settle import settle
from .training import Net, descend, train
from .world import World


@dataclass(frozen=True)
class Place:
    """A new valley's rows in order of time: to fit, to tune on, to be asked about."""

    fit: Rows
    tune: Rows
    ask: Rows


@dataclass(frozen=True)
class Carried:
    """A network in a new valley, and what thawed it; None if all layers were thawed."""

    net: Net
    thaw: Thaw | None

    def factor(self, place: Place) -> float:
        """Factor of the spreads."""
        centre, spread = forecast(self.net, place.tune.levels, place.tune.today)
        return widening(place.tune.target - centre, spread)

    def score(self, place: Place) -> float:
        """Score of the days that are asked about."""
        centre, spread = forecast(self.net, place.ask.levels, place.ask.today)
        return flood_score(place.ask.target, centre, spread * self.factor(place))


def settle_in(world: World, cfg: SimpleNamespace) -> tuple[Net, list[Place]]:
    """The network of the old valley, and the new ones."""
    old, scale = old_rows(world.old, cfg.rows.lead)
    home = train(world.draws, old, cfg.old)
    places = []
    first, second = cfg.rows.fit, cfg.rows.fit + cfg.rows.tune
    for valley in world.new:
        rows = new_rows(valley, cfg.rows.lead, first, scale)
        parts = rows.cut(0, first), rows.cut(first, second), rows.cut(second, len(rows.today))
        places.append(Place(*parts))
    return home, places


def carry(home: Net, place: Place, cfg: SimpleNamespace, policy: str = "need") -> Carried:
    """Train a network on in a new valley; policy: thaw layers by need, or all at once."""
    thaw = Thaw(cfg.new.level, cfg.new.chill) if policy == "need" else None
    return Carried(settle(descend(home, place.fit, cfg.new, thaw)), thaw)


def last_states(net: Net, place: Place) -> np.ndarray:
    """States (n, H) behind the last hidden layer, of the days to tune on and asked about."""
    return np.concatenate([states(net, rows.levels)[-1] for rows in (place.tune, place.ask)])
