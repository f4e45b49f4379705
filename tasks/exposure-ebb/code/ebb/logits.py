"""From scores to the logits that the ranker and the reader share."""
import numpy as np

from .helpers import shaped


@shaped(2)
def user_logits(scores: np.ndarray, heat: float) -> np.ndarray:
    """Comparable logits (U, I) from raw scores (U, I)."""
    centre = np.median(scores, axis=1, keepdims=True)
    gap = scores - centre
    above = gap > 0.0
    spread = np.where(above, gap, 0.0).sum(axis=1, keepdims=True)
    spread = spread / above.sum(axis=1, keepdims=True)
    bound = 2.0
    return heat * bound * np.tanh(gap / (bound * spread))


@shaped(2)
def attraction(logits: np.ndarray, picky: int) -> np.ndarray:
    """Probability (U, I) that a user who looks at an item is drawn to it."""
    leaders = -np.sort(-logits, axis=1)[:, :picky]
    bar = leaders.mean(axis=1, keepdims=True)
    typical = (leaders[:, 0] - leaders[:, -1]).mean()

    def draw(distance: np.ndarray) -> np.ndarray:
        return 1.0 / (1.0 + 2.0 ** (-distance))

    return 0.75 * draw((logits - bar) / typical)
