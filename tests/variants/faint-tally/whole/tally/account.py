"""Orders and persons as arrays."""
import numpy as np


def epsilon_of(rho, delta):
    extra = np.sqrt(2.0) ** np.arange(-8, 13)
    order = extra + 1.0
    bound = rho * order - np.log(order / extra) - (np.log(delta) + np.log(order)) / extra
    return float(bound.min())


def typical_budget(distance, persons, level):
    ranked = np.lexsort((np.arange(len(distance)), distance))
    share = persons[ranked] / persons.sum()
    middle = np.add.accumulate(share) - share / 2.0
    return float(np.interp(level, middle, np.square(distance[ranked]) / 2.0))
