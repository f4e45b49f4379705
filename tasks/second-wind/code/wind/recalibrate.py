"""Making fitted chances agree with what happened."""
import numpy as np


def monotone_blocks(taken: np.ndarray, weight: np.ndarray) -> list[tuple[int, int]]:
    """First row and end of each block of rows, from taken and weight (m,) in order of chance."""
    blocks = []
    for row, (hit, mass) in enumerate(zip(taken * weight, weight)):
        blocks.append((row, hit, mass))
        while len(blocks) > 1 and blocks[-2][1] / blocks[-2][2] >= blocks[-1][1] / blocks[-1][2]:
            _, hit, mass = blocks.pop()
            start, earlier_hit, earlier_mass = blocks.pop()
            blocks.append((start, earlier_hit + hit, earlier_mass + mass))
    starts = [start for start, _, _ in blocks]
    return list(zip(starts, starts[1:] + [len(taken)]))


def recalibrate(
    tuned: np.ndarray, taken: np.ndarray, weight: np.ndarray, chance: np.ndarray
) -> np.ndarray:
    """Recalibrated chances (n,) of the rows with the fitted chances (n,).

    tuned, taken, weight (m,): fitted chance, treatment and weight of the tuning rows.
    """
    order = np.argsort(tuned)
    tuned, taken, weight = tuned[order], taken[order], weight[order]
    usual = np.average(taken, weights=weight)
    centre, level = [], []
    for start, end in monotone_blocks(taken, weight):
        mass = weight[start:end].sum()
        centre.append(np.average(tuned[start:end], weights=weight[start:end]))
        level.append((weight[start:end] @ taken[start:end] + 2.0 * usual) / (mass + 2.0))
    level = np.interp(chance, centre, level)
    odds = (chance / (1.0 - chance)) ** 0.6 * (level / (1.0 - level)) ** 0.4
    return odds / (1.0 + odds)
