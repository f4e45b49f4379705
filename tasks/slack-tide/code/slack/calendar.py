"""Which readings are asked for, arrive and are held on a day."""
from collections.abc import Iterator

import numpy as np


def arrivals(
    day: np.ndarray,
    gauge: np.ndarray,
    delay: np.ndarray,
    start: int,
    memory: int,
) -> Iterator[tuple[int, np.ndarray, np.ndarray, np.ndarray]]:
    """Yield (now, asked, learned, held) for each day from `start` to the last.

    day, gauge (N,), delay (S,) in days; the last three are ascending positions in (N,).
    """
    due = day + delay[gauge]
    due = due + (due % 7 == 6)
    for now in range(start, int(day.max()) + 1):
        asked = np.flatnonzero(day == now)
        learned = np.flatnonzero((due == now) & (day >= start))
        held = np.flatnonzero((due <= now) & (now - day <= memory))
        yield now, asked, learned, held
