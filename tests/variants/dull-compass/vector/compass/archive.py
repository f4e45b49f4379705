"""What is thought of points, from those that were fired before."""
import numpy as np


def nearness(point, old, age, reach):
    # Squared distances by the inverse of the squared reach.
    inner = np.linalg.inv(reach @ reach.T)
    apart = point[:, None, :] - old[None, :, :]
    square = np.einsum("nkd,de,nke->nk", apart, inner, apart) / point.shape[1]
    return np.exp(age * np.log(0.93) - 2.0 * np.log1p(square))


def foretell(weight, merit):
    usual = np.quantile(merit, 0.5)
    padded = np.hstack([weight, np.full((len(weight), 1), 0.2)])
    return padded @ np.append(merit, usual) / padded.sum(axis=1)


def screen(expected):
    both = np.reshape(expected, (2, -1))
    fired = both == both.min(axis=0)
    fired[:, np.argmin(np.ptp(both, axis=0))] = True
    return np.flatnonzero(fired)
