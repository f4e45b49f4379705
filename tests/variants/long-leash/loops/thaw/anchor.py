"""A density to start from, fitted around a high point of the target."""
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Target = Callable[[np.ndarray], np.ndarray]
NARROW = 0.7
WIDTH = 0.05


def climb(log_terms: Target, start: np.ndarray, steps: int) -> np.ndarray:
    at, d = np.array(start, dtype=float), len(start)
    for _ in range(steps):
        slopes = []
        for j in range(d):
            left, right = at.copy(), at.copy()
            left[j] -= 0.05
            right[j] += 0.05
            below, above = log_terms(np.array([left, right]))
            slopes.append((above - below) / 0.1)
        matrix, total = np.eye(d), np.zeros(d)
        for u in np.array(slopes).T:
            matrix += np.outer(u, u)
            total += u
        v = np.linalg.inv(matrix) @ total
        points = [at + tau * v for tau in (2, 1, 1 / 2, 1 / 4, 1 / 8)]
        at = max(points, key=lambda point: float(log_terms(point[None])[0].sum()))
    return at


def second_differences(log_target: Target, at: np.ndarray) -> np.ndarray:
    d, w = len(at), 0.05
    signs = [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]
    out = np.zeros((d, d))
    for j in range(d):
        for k in range(j, d):
            for a, b, sign in signs:
                point = at.copy()
                point[j] += a * w
                point[k] += b * w
                out[j, k] += sign * log_target(point[None])[0] / (4 * w * w)
            out[k, j] = out[j, k]
    return out


def two_sided_axes(log_target: Target, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, vectors = np.linalg.eigh(second_differences(log_target, at))
    axes, widths = [], []
    for value, vector in list(zip(values, vectors.T))[::-1]:
        if vector[np.abs(vector).argmax()] < 0:
            vector = -vector
        axis = vector * min(1.0, abs(value) ** -0.5) if value < 0 else vector
        pair = []
        for side in (-1, 1):
            fall = log_target(at[None])[0] - log_target((at + side * axis)[None])[0]
            pair.append((2 * min(max(fall, 1 / 8), 2.0)) ** -0.5)
        axes.append(axis)
        widths.append(pair)
    return np.array(axes).T, np.array(widths)


@dataclass(frozen=True)
class Anchor:
    """at (d,); axes (d, d), one a column; widths (d, 2) below and above `at`."""

    at: np.ndarray
    axes: np.ndarray
    widths: np.ndarray

    @classmethod
    def fit(cls, log_terms: Target, start: np.ndarray, steps: int) -> "Anchor":
        """Climb from start (d,), and fit there."""
        at = climb(log_terms, start, steps)
        return cls(at, *two_sided_axes(lambda theta: log_terms(theta).sum(axis=1), at))

    def place(self, points: np.ndarray) -> np.ndarray:
        out = np.tile(self.at, (len(points), 1))
        for k, (low, high) in enumerate(self.widths):
            chi = low / (low + high)
            for i, u in enumerate(points[:, k]):
                if u < chi:
                    eta = 0.7 * low * np.log(u / (2 * chi - u))
                else:
                    above = (1 - u) / (1 - chi) / 2
                    eta = 0.7 * high * np.log((1 - above) / above)
                out[i] += eta * self.axes[:, k]
        return out

    def log_density(self, theta: np.ndarray) -> np.ndarray:
        along = (theta - self.at) @ np.linalg.inv(self.axes).T
        total = np.full(len(theta), -np.log(abs(np.linalg.det(self.axes))))
        for k, (low, high) in enumerate(self.widths):
            eta = along[:, k]
            unit = 0.7 * np.where(eta < 0, low, high)
            # e^-x / (1 + e^-x)^2 is 1 / (2 cosh(x / 2))^2.
            half = np.abs(eta) / unit / 2
            total += np.log(2 / (0.7 * (low + high))) - 2 * np.logaddexp(half, -half)
        return total
