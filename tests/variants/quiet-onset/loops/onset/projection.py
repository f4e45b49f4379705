"""Looking ahead, with the pressure of one day worked out by hand."""
import numpy as np


def project(renewal, infections, imported, log_r, fitted, memory):
    home, away = list(infections), list(imported)
    base = sum(imported[-10:]) / 10.0
    left = renewal.population - infections.sum(axis=0)
    for k in range(1, len(fitted)):
        away.append(base * 0.95**k)
        source = 0.0
        for s in range(1, len(renewal.law)):
            source = source + renewal.law[s] * home[-s]
            source = source + renewal.leak * renewal.arrival_law[s] * away[-1 - s]
        force = (left / renewal.population) ** 1.5 * renewal.generation.dot(source)
        today = np.exp(fitted[k] + memory**k * (log_r - fitted[0])) * force
        home.append(today)
        left = left - today
        yield today
