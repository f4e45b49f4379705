"""Drawing blocks."""
import numpy as np


def block_chances(doors: np.ndarray, number: int) -> np.ndarray:
    """Chances (b,) of blocks with so many doors (b,); on average, number are drawn."""
    size = doors**0.8
    chance = np.zeros(len(doors))
    sure = np.zeros(len(doors), dtype=bool)
    while True:
        chance[sure] = 1.0
        chance[~sure] = (number - sure.sum()) * size[~sure] / size[~sure].sum()
        if not (chance > 1.0).any():
            return chance
        sure = sure | (chance > 1.0)


def serpentine(district: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """Order (b,) in which blocks are walked through, from district and rank (b,)."""
    _, place = np.unique(district, return_inverse=True)
    turn = np.where(place % 2 == 0, rank, -rank)
    return np.lexsort((turn, place))


def draw_blocks(chance: np.ndarray, order: np.ndarray, start: float) -> np.ndarray:
    """Numbers of the blocks drawn, as walked, from chances and order (b,); start in [0, 1)."""
    reach = np.floor(start + np.cumsum(chance[order]))
    return order[np.diff(reach, prepend=0.0) > 0.0]
