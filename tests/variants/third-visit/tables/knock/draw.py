"""Drawing blocks."""
import numpy as np


def block_chances(doors: np.ndarray, number: int) -> np.ndarray:
    size = np.exp(0.8 * np.log(doors))
    open_ = np.full(len(doors), True)
    chance = number * size / size.sum()
    while chance[open_].max() > 1.0:
        open_ = open_ & (chance <= 1.0)
        left = number - np.count_nonzero(~open_)
        chance = np.where(open_, left * size / size[open_].sum(), 1.0)
    return chance


def serpentine(district: np.ndarray, rank: np.ndarray) -> np.ndarray:
    turns = np.searchsorted(np.unique(district), district)
    key = np.power(-1.0, turns) * rank
    return np.lexsort((np.arange(len(rank)), key, district))


def draw_blocks(chance: np.ndarray, order: np.ndarray, start: float) -> np.ndarray:
    ends = np.cumsum(chance[order])
    goals = np.arange(1.0, np.floor(start + ends[-1]) + 1.0) - start
    return order[np.searchsorted(ends, goals)]
