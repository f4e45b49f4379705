"""Noise that follows from a key, a round and a node."""
import numpy as np

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST = np.uint64(0xBF58476D1CE4E5B9)
SECOND = np.uint64(0x94D049BB133111EB)


def mix_words(word: np.ndarray) -> np.ndarray:
    """Scrambled words (n,), uint64, from words (n,), uint64."""
    word = word + GOLDEN
    word = (word ^ (word >> np.uint64(30))) * FIRST
    word = (word ^ (word >> np.uint64(27))) * SECOND
    return word ^ (word >> np.uint64(31))


def node_uniforms(key: int, turn: int, nodes: int) -> np.ndarray:
    """Number in (0, 1) of each node (nodes,)."""
    word = mix_words(np.full(nodes, key, dtype=np.uint64))
    word = mix_words(word ^ np.uint64(turn))
    word = mix_words(word ^ np.arange(nodes, dtype=np.uint64))
    return ((word >> np.uint64(12)).astype(np.float64) + 0.5) / 2.0**52


def discrete_gaussian(uniform: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Noise (n,) on the grid of eighths, from numbers in (0, 1) and variances (n,) of counts."""
    out = np.zeros(len(uniform))
    for value in np.unique(variance):
        rows = variance == value
        reach = int(np.ceil(80.0 * np.sqrt(value)))
        steps = np.arange(-reach, reach + 1)
        mass = np.exp(-(steps**2) / (128.0 * value))
        ladder = np.cumsum(mass) / mass.sum()
        out[rows] = steps[np.searchsorted(ladder, uniform[rows])] / 8.0
    return out
