"""Dealing gauges to folds."""
import numpy as np


def deal_gauges(gauge: np.ndarray, basin: np.ndarray, folds: int) -> np.ndarray:
    """Fold (S,) of each gauge, from the gauges (R,) of the readings and basin (S,)."""
    count = np.bincount(gauge)
    fold = np.empty(len(basin), dtype=np.int64)
    turn = 0
    for home in np.unique(basin):
        members = np.flatnonzero(basin == home)
        for member in members[np.argsort(-count[members], kind="stable")]:
            lap, place = divmod(turn, folds)
            fold[member] = place if lap % 2 == 0 else folds - 1 - place
            turn += 1
    return fold
