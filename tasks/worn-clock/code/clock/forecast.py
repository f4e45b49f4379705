"""What comes next."""
import numpy as np

from .cycle import read_cycle


def memory_of(rest: np.ndarray) -> float:
    """How much of a deviation is left one step later, from deviations (n,) with gaps."""
    both = np.isfinite(rest[1:]) & np.isfinite(rest[:-1])
    late, early = rest[1:][both], rest[:-1][both]
    weight = 1.0 / (1.0 + np.abs(early) / np.mean(np.abs(early)))
    return float((weight * late) @ early / ((weight * early) @ early))


def coming_shift(shift: np.ndarray, block: np.ndarray, ahead: int) -> np.ndarray:
    """Shift (ahead,) of the coming steps, from those so far (n,) and their blocks (n,)."""
    size = int(np.sum(block == block[-1]))
    pace = (shift[-1] - shift[-1 - 2 * size]) / (2.0 * size)
    return shift[-1] + pace * np.cumsum(0.95 ** np.arange(1, ahead + 1))


def coming_spread(
    scale: float, memory: float, swell: float, shape: np.ndarray, place: np.ndarray, wander: float
) -> np.ndarray:
    """Deviation (ahead,) of the coming steps.

    place (ahead,): places in the season; wander: of the shift, in seasons a step.
    """
    ahead = np.arange(1, len(place) + 1)
    noise = scale**2 * (1.0 - memory ** (2.0 * ahead)) / (1.0 - memory**2)
    tilt = 0.5 * len(shape) * (
        read_cycle(shape, place + 1.0 / len(shape)) - read_cycle(shape, place - 1.0 / len(shape))
    )
    return np.sqrt(noise + (swell * tilt * wander) ** 2 * ahead)
