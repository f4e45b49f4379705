"""Budgets by tables."""
import numpy as np


def epsilon_of(rho, delta):
    less = np.geomspace(1.0 / 16.0, 64.0, 21)
    tried = rho * (1.0 + less) + np.log(less / (1.0 + less))
    return float((tried - (np.log(delta) + np.log1p(less)) / less).min())


def typical_budget(distance, persons, level):
    order = np.lexsort((np.arange(len(distance)), distance))
    many = persons[order] / persons.sum()
    place = np.tril(np.ones((len(many), len(many))), -1) @ many + many / 2.0
    used = np.square(distance[order]) / 2.0
    after = int(np.searchsorted(place, level))
    if after in (0, len(place)):
        return float(used[min(after, len(place) - 1)])
    part = (level - place[after - 1]) / (place[after] - place[after - 1])
    return float(used[after - 1] + part * (used[after] - used[after - 1]))
