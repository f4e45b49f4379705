"""A density to start from, fitted around a high point of the target."""
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Target = Callable[[np.ndarray], np.ndarray]
NARROW = 0.7
WIDTH = 0.05


def climb(log_terms: Target, start: np.ndarray, steps: int) -> np.ndarray:
    """A high point (d,) of the target, some steps up from start (d,).

    log_terms: the terms (n, S + 1) that the log target (n,) is the sum of.
    """
    at = start
    reach = 2.0 ** np.arange(1.0, -4.0, -1.0)
    for _ in range(steps):
        step = WIDTH * np.eye(len(at))
        slopes = (log_terms(at + step) - log_terms(at - step)) / (2.0 * WIDTH)
        bend = slopes @ slopes.T + np.eye(len(at))
        move = np.linalg.solve(bend, slopes.sum(axis=1))
        tries = at + reach[:, None] * move
        at = tries[np.argmax(log_terms(tries).sum(axis=1))]
    return at


def second_differences(log_target: Target, at: np.ndarray) -> np.ndarray:
    """Second derivatives (d, d) of the log target at a point (d,), by differences."""
    step = WIDTH * np.eye(len(at))
    second = np.empty((len(at), len(at)))
    for j, move in enumerate(step):
        ahead = log_target(at + move + step) - log_target(at + move - step)
        behind = log_target(at - move + step) - log_target(at - move - step)
        second[j] = (ahead - behind) / (4.0 * WIDTH**2)
    return second


def two_sided_axes(log_target: Target, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Axes (d, d), one a column, and widths (d, 2) below and above zero along them."""
    bend, axes = np.linalg.eigh(-second_differences(log_target, at))
    largest = np.argmax(np.abs(axes), axis=0)
    axes = axes * np.sign(axes[largest, np.arange(len(at))]) / np.sqrt(np.maximum(bend, 1.0))
    top = log_target(at[None, :])
    drop = np.column_stack([top - log_target(at - axes.T), top - log_target(at + axes.T)])
    return axes, 1.0 / np.sqrt(2.0 * np.clip(drop, 0.125, 2.0))


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
        """Where points (n, d) of the unit cube lie under the anchor, (n, d)."""
        low, high = self.widths.T
        cut = low / (low + high)
        level = np.where(
            points < cut, 0.5 * points / cut, 0.5 + 0.5 * (points - cut) / (1.0 - cut)
        )
        along = NARROW * np.where(points < cut, low, high) * np.log(level / (1.0 - level))
        return self.at + along @ self.axes.T

    def log_density(self, theta: np.ndarray) -> np.ndarray:
        """Log density (n,) of the anchor at theta (n, d)."""
        low, high = self.widths.T
        along = np.linalg.solve(self.axes, (theta - self.at).T).T
        far = np.abs(along) / (NARROW * np.where(along < 0.0, low, high))
        level = np.log(2.0 / (NARROW * (low + high)))
        _, volume = np.linalg.slogdet(self.axes)
        return (level - far - 2.0 * np.log1p(np.exp(-far))).sum(axis=1) - volume
