"""A density to start from, fitted around a high point of the target."""
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Target = Callable[[np.ndarray], np.ndarray]
NARROW = 0.7
WIDTH = 0.05


def climb(log_terms: Target, start: np.ndarray, steps: int) -> np.ndarray:
    at, d = start, len(start)
    probe = np.concatenate([np.eye(d), -np.eye(d)]) * 0.05
    for _ in range(steps):
        terms = log_terms(at + probe)
        slopes = (terms[:d] - terms[d:]) * 10.0
        move = np.linalg.lstsq(
            np.vstack([slopes.T, np.eye(d)]),
            np.concatenate([np.ones(slopes.shape[1]), np.zeros(d)]),
            rcond=None,
        )[0]
        tries = at + np.outer([2.0, 1.0, 0.5, 0.25, 0.125], move)
        height = log_terms(tries).sum(axis=1)
        at = tries[np.flatnonzero(height == height.max())[0]]
    return at


def second_differences(log_target: Target, at: np.ndarray) -> np.ndarray:
    d = len(at)
    unit = 0.05 * np.eye(d)
    both = (unit[:, None] + unit[None, :]).reshape(-1, d)
    apart = (unit[:, None] - unit[None, :]).reshape(-1, d)
    height = log_target(np.concatenate([at + both, at - both, at + apart, at - apart]))
    pp, mm, pm, mp = height.reshape(4, d, d)
    return (pp + mm - pm - mp) / 0.01


def two_sided_axes(log_target: Target, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    bend, axes = np.linalg.eigh(-second_differences(log_target, at))
    big = np.take_along_axis(axes, np.abs(axes).argmax(axis=0)[None], axis=0)
    axes = np.copysign(1.0, big) * axes * np.minimum(1.0, np.clip(bend, 1.0, None) ** -0.5)
    heights = log_target(np.concatenate([at[None], at - axes.T, at + axes.T]))
    fall = (heights[0] - heights[1:]).reshape(2, -1).T
    return axes, np.clip(1.0 / np.sqrt(2.0 * np.maximum(fall, 1e-9)), 0.5, 2.0)


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
        low, high = self.widths[:, 0], self.widths[:, 1]
        both = low + high
        left = points * both / low
        right = (1.0 - points) * both / high
        down = low * np.log(np.minimum(left, 1.0) / (2.0 - np.minimum(left, 1.0)))
        up = high * np.log((2.0 - np.minimum(right, 1.0)) / np.minimum(right, 1.0))
        return self.at + 0.7 * np.einsum("nk,dk->nd", down + up, self.axes)

    def log_density(self, theta: np.ndarray) -> np.ndarray:
        along = np.linalg.lstsq(self.axes, (theta - self.at).T, rcond=None)[0]
        unit = 0.7 * np.where(along < 0.0, self.widths[:, :1], self.widths[:, 1:])
        tail = np.exp(-np.abs(along) / unit)
        each = tail / (1.0 + tail) ** 2 * 2.0 / (0.7 * self.widths.sum(axis=1)[:, None])
        volume = np.prod(np.linalg.norm(self.axes, axis=0))
        with np.errstate(divide="ignore"):
            return np.log(each).sum(axis=0) - np.log(volume)
