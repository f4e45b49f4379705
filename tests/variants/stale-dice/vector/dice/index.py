"""Which arm is chosen."""
import numpy as np


def widths(spread, count, stale, memory):
    rate = 1.0 / (1.0 + count)
    told = rate * (np.log(2.0) + np.log1p(rate * np.sum(count) / 2.0))
    return np.sqrt(2.0 * told * np.sqrt((memory + stale) / memory)) * spread


def indices(level, width, waiting, daring):
    return level + width * np.sqrt(daring**2 / (waiting + 1.0))


def choose(index, width, idle, last, patience, stick):
    order = np.lexsort((np.arange(len(idle)), -np.asarray(idle)))
    if not idle[order[0]] < patience:
        return int(order[0])
    # The arm of the round before is worth more by what leaving it takes.
    kept = np.array(index)
    kept[last] += stick * width[last]
    best = np.flatnonzero(kept == kept.max())
    return last if last in best else int(best[0])
