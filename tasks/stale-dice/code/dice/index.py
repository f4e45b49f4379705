"""Which arm is chosen."""
import numpy as np


def widths(
    spread: np.ndarray, count: np.ndarray, stale: np.ndarray, memory: np.ndarray
) -> np.ndarray:
    """Width (K,) of what is known of the arms; all (K,)."""
    share = count.sum() / (1.0 + count)
    narrow = np.sqrt(2.0 * np.log(2.0 + share) / (1.0 + count))
    return spread * narrow * (1.0 + stale / memory) ** 0.25


def indices(
    level: np.ndarray, width: np.ndarray, waiting: np.ndarray, daring: float
) -> np.ndarray:
    """Index (K,) of the arms; waiting (K,): how many of their choices are open."""
    return level + daring * width / np.sqrt(1.0 + waiting)


def choose(
    index: np.ndarray, width: np.ndarray, idle: np.ndarray, last: int, patience: int, stick: float
) -> int:
    """The arm to choose; idle (K,): rounds since each arm was chosen; last: the one before."""
    longest = int(np.argmax(idle))
    if idle[longest] >= patience:
        return longest
    best = int(np.argmax(index))
    if index[best] - index[last] > stick * width[last]:
        return best
    return last
