"""Dealing schools to folds, and rows to the roles they have in a fold."""
from collections.abc import Iterator

import numpy as np


def deal_schools(size: np.ndarray, district: np.ndarray, folds: int) -> np.ndarray:
    """Fold number (S,) of each school, from the sizes and districts (S,) of the schools."""
    fold = np.full(len(size), -1)
    load = np.zeros(folds)
    for s in np.argsort(-size, kind="stable"):
        kin = (fold >= 0) & (district == district[s])
        crowd = np.bincount(fold[kin], weights=size[kin], minlength=folds)
        home = np.argmin(load + 0.7 * crowd)
        fold[s] = home
        load[home] += size[s]
    return fold


def fold_rows(
    fold: np.ndarray, term: np.ndarray, folds: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield, for each fold, the numbers of the rows to train on, to tune on and held out.

    fold, term (n,) of the rows; numbers are ascending.
    """
    for number in range(folds):
        held = fold == number
        tune = (fold == (number + 1) % folds) & (term % 2 == 0)
        yield np.flatnonzero(~held & ~tune), np.flatnonzero(tune), np.flatnonzero(held)
