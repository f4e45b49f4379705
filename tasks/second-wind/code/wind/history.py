"""What a pupil's past looks like at the start of a term."""
import numpy as np


def recent_form(mark: np.ndarray) -> np.ndarray:
    """Form and slip (N, T - 1, 2) at the start of terms 1, 2, ..., from marks (N, T)."""
    pupils, terms = mark.shape
    form = np.zeros(pupils)
    past = []
    for t in range(1, terms):
        change = mark[:, t - 1] - form
        recency = np.arange(t, 0, -1) ** -1.5
        form = mark[:, :t] @ recency / (recency.sum() + 0.5)
        past.append(np.column_stack([form, np.where(change < 0.0, change, change / 3.0)]))
    return np.stack(past, axis=1)


def fading_dose(taken: np.ndarray) -> np.ndarray:
    """Dose (N, T - 1) carried into terms 1, 2, ..., from the treatments taken (N, T)."""
    dose = np.zeros(len(taken))
    past = []
    for last in taken.T[:-1]:
        kept = np.where(last > 0.0, 0.8, 0.4) * dose
        dose = kept + last / np.sqrt(1.0 + 2.0 * dose)
        past.append(dose)
    return np.column_stack(past)
