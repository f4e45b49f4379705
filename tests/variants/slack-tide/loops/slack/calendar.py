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
    known = []
    for t, s in zip(day.tolist(), gauge.tolist()):
        when = t + int(delay[s])
        known.append(when + 1 if when % 7 == 6 else when)
    now = start
    while now <= max(day.tolist()):
        asked, learned, held = [], [], []
        for i, (t, when) in enumerate(zip(day.tolist(), known)):
            if t == now:
                asked.append(i)
            if when == now and t >= start:
                learned.append(i)
            if when <= now <= t + memory:
                held.append(i)
        yield now, *(np.array(part, dtype=np.intp) for part in (asked, learned, held))
        now += 1
