"""Onset curves: cases without a date, and cases not yet reported."""
import numpy as np


def place_undated(dated: np.ndarray, undated: np.ndarray, law: np.ndarray) -> np.ndarray:
    """Expected onsets (T, A) of the undated cases.

    dated (T, D + 1, A), undated (T, A) by day of report, law (D + 1, A).
    """
    curve = (2.0 + dated.sum(axis=1)) ** 1.5
    placed = np.zeros_like(undated)
    for day in range(undated.shape[0]):
        start = max(0, day + 1 - law.shape[0])
        share = law[day - start :: -1] * curve[start : day + 1]
        placed[start : day + 1] += undated[day] * share / share.sum(axis=0)
    return placed


def complete(onsets: np.ndarray, law: np.ndarray, caution: float, window: int) -> np.ndarray:
    """Onsets (T, A) as they will stand when all reports are in; law (D + 1, A)."""
    n_days = onsets.shape[0]
    waited = np.minimum(np.arange(n_days)[::-1], law.shape[0] - 1)
    known = law.cumsum(axis=0)[waited]
    last = n_days - 1 - (known >= 0.8)[::-1].argmax(axis=0)
    typical = np.array(
        [onsets[day + 1 - window : day + 1, age].mean() for age, day in enumerate(last)]
    )
    missing = caution * (1.0 - known)
    return (onsets + missing * typical) / (known + missing)
