"""Tables, cell by cell."""
import math

import numpy as np


def user_weights(user_group, household, multiplicity):
    user_group, household = list(user_group), list(household)
    raw = [float(multiplicity[c]) / math.sqrt(household.count(c)) for c in household]
    mass = {}
    for g, value in zip(user_group, raw):
        mass[g] = mass.get(g, 0.0) + value
    weight = [value / mass[g] ** (2 / 3) for g, value in zip(user_group, raw)]
    return np.array(weight) / math.fsum(weight)


def group_table(exposure, weight, user_group, membership):
    groups, kinds = max(user_group) + 1, membership.shape[1]
    table = np.zeros((groups, kinds))
    for h in range(kinds):
        share = membership[:, h] / math.sqrt(sum(membership[:, h]))
        for u, g in enumerate(user_group):
            table[g, h] += weight[u] * float(exposure[u] @ share)
    return table / math.fsum(table.ravel())


def target_table(logits, weight, user_group, membership, pull):
    groups, kinds = max(user_group) + 1, membership.shape[1]
    share = np.zeros((groups, kinds))
    for u, g in enumerate(user_group):
        order = sorted(range(logits.shape[1]), key=lambda i: (-logits[u, i], i))
        for k, item in enumerate(order, start=1):
            share[g] += weight[u] / (k + 1.5) ** 1.5 * membership[item]
    roots = [math.sqrt(sum(membership[:, h])) for h in range(kinds)]
    table = np.zeros((groups, kinds))
    for g in range(groups):
        for h in range(kinds):
            merit, catalogue = share[g, h] / share[g].sum(), roots[h] / sum(roots)
            table[g, h] = merit * catalogue / ((1 - pull) * catalogue + pull * merit)
        heads = sum(1 for other in user_group if other == g)
        table[g] *= math.sqrt(heads) / table[g].sum()
    return table / table.sum()
