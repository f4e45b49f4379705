"""Lending by diagonal matrices."""
import numpy as np


def lending_matrix(weight, lend, floor):
    strength = weight @ np.ones(len(weight))
    logs = np.log(strength + floor * strength.mean())
    return weight * np.exp(-np.add.outer((1.0 - lend) * logs, lend * logs))


def borrowed_part(weight, known, most):
    strength = weight.sum(axis=0)
    part = most / np.sqrt(1.0 + np.quantile(strength, 0.5) / strength)
    return part * (1.0 - 0.5 * known)


def borrow_light(lending, strength, light, haze):
    return lending @ (light - haze * np.average(light, axis=0, weights=strength))
