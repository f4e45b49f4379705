"""Contacts and the next generation, entry by entry."""
import numpy as np


def reciprocal_contacts(survey, participants, population):
    n = len(population)
    out = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            p, q = participants[i] ** 0.5, participants[j] ** 0.5
            one = (survey[i, j] * population[i]) ** (p / (p + q))
            two = (survey[j, i] * population[j]) ** (q / (p + q))
            out[i, j] = one * two / population[i]
    for i in range(n):
        out[i, i] **= 0.7
    return out


def relative_susceptibility(contacts, infections, population, trust):
    total = infections.sum(axis=0)
    expected = contacts.T @ total
    ratio = total / expected
    ratio = ratio / np.average(ratio, weights=population)
    return 1.0 + trust * (ratio - 1.0)


def next_generation(contacts, susceptibility, infectivity):
    n = len(susceptibility)
    out = np.empty((n, n))
    for j in range(n):
        busy = sum(contacts[j])
        for i in range(n):
            out[i, j] = susceptibility[i] * contacts[j, i] * infectivity[j] * busy ** (-0.4)
    return out


def yardstick(generation):
    v = np.ones(len(generation))
    radius = 0.0
    for _ in range(2000):
        v = generation @ v
        radius = np.linalg.norm(v)
        v = v / radius
    worst = max(sum(column) for column in generation.T)
    return float(np.cbrt(radius * radius * worst))
