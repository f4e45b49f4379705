"""Valleys as rows to learn from."""
from dataclasses import dataclass

import numpy as np

from .scaling import borrow, gauge, level
from .water import day_columns, heights
from .world import Valley


@dataclass(frozen=True)
class Rows:
    """One row per day: levels (n, d), today's height and the one to foretell, both (n,)."""

    levels: np.ndarray
    today: np.ndarray
    target: np.ndarray

    @property
    def rise(self) -> np.ndarray:
        """What the height will have risen by (n,)."""
        return self.target - self.today

    def cut(self, start: int, stop: int) -> "Rows":
        """The rows from one to before another."""
        return Rows(self.levels[start:stop], self.today[start:stop], self.target[start:stop])

    def parts(self, number: int) -> list["Rows"]:
        """So many parts of the same length; what is left over at the end is left out."""
        size = len(self.today) // number
        return [self.cut(k * size, (k + 1) * size) for k in range(number)]


def valley_columns(valley: Valley, fit: int, lead: int) -> tuple[np.ndarray, np.ndarray]:
    """Columns (n, d) of days, and heights (n + lead,) from the first of these days on; the usual
    flow is that of the first `fit` days among them."""
    height = heights(valley.flow, float(np.median(valley.flow[3 : 3 + fit])))
    columns = day_columns(valley.temperature, valley.rain, height)
    return columns[:-lead], height[3:]


def old_rows(valley: Valley, lead: int) -> tuple[Rows, tuple[np.ndarray, np.ndarray]]:
    """All rows of the old valley, and their centre and width."""
    count = len(valley.flow) - 3 - lead
    columns, height = valley_columns(valley, count, lead)
    scale = gauge(columns)
    return Rows(level(columns, *scale), height[:-lead], height[lead:]), scale


def new_rows(
    valley: Valley, lead: int, fit: int, old_scale: tuple[np.ndarray, np.ndarray]
) -> Rows:
    """All rows of a new valley; of these the first `fit` may be used to scale."""
    columns, height = valley_columns(valley, fit, lead)
    scale = borrow(gauge(columns[:fit]), old_scale, fit)
    return Rows(level(columns, *scale), height[:-lead], height[lead:])
