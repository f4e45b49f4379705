"""Looking ahead."""
from collections.abc import Iterator

import numpy as np

from .renewal import Renewal


def project(
    renewal: Renewal,
    infections: np.ndarray,
    imported: np.ndarray,
    log_r: float,
    fitted: np.ndarray,
    memory: float,
) -> Iterator[np.ndarray]:
    """Yield the infections (A,) of each day after the last of infections and imported (T, A).

    log_r of the last day; fitted (H + 1,) log reproduction numbers, of the last day and H more.
    """
    arrivals = imported[-10:].mean(axis=0)
    surplus = log_r - fitted[0]
    for level in fitted[1:]:
        surplus *= memory
        arrivals = 0.95 * arrivals
        imported = np.vstack([imported, arrivals])
        infections = np.vstack([infections, np.zeros_like(arrivals)])
        infections[-1] = np.exp(level + surplus) * renewal.pressure(infections, imported)[-1]
        yield infections[-1]
