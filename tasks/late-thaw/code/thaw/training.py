"""Training in the old valley, and again in a new one."""
from types import SimpleNamespace

import numpy as np
from autograd import grad

from .criterion import Thaw, needs
from .descent import Descent, layer_rates
from .layers import forecast
from .loss import anchor, day_weights, lopsided
from .rows import Rows
from .settle import settle
from .start import starting_net

Net = list[list[np.ndarray]]


def loss_on(net: Net, rows: Rows) -> float:
    """Loss of a network on rows."""
    centre, spread = forecast(net, rows.levels, rows.today)
    return lopsided(rows.target, centre, spread, day_weights(rows.target))


def descend(home: Net, rows: Rows, cfg: SimpleNamespace, thaw: Thaw | None) -> list[Net]:
    """The networks before the first and after each step; without `thaw` all layers move."""

    def objective(net: Net) -> float:
        return loss_on(net, rows) + cfg.rein * anchor(net, home)

    slope = grad(objective)
    net, way, descent = home, [home], Descent(home)
    thawed, age = [True] * 4, [0] * 4
    for step in range(cfg.steps):
        if thaw is not None:
            if step % cfg.every == 0:
                parts = [grad(loss_on)(net, part) for part in rows.parts(cfg.parts)]
                thaw.check(*needs(net, parts))
            thawed = list(thaw.thawed)
        rates = layer_rates(step, cfg.steps, cfg.rate, thawed, age)
        net = descent.step(net, slope(net), rates)
        way.append(net)
        age = [old + 1 if warm else 0 for old, warm in zip(age, thawed)]
    return way


def train(draws: list[np.ndarray], rows: Rows, cfg: SimpleNamespace) -> Net:
    """The network of the old valley."""
    return settle(descend(starting_net(draws, rows.levels, rows.rise), rows, cfg, None))
