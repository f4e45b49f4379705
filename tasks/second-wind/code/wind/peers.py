"""What a pupil's schoolmates did."""
import numpy as np


def peer_pull(
    mark: np.ndarray, taken: np.ndarray, present: np.ndarray, school: np.ndarray
) -> np.ndarray:
    """Pull (N, T - 1) of the schoolmates at the start of each term from 1 on.

    mark, taken, present (N, T); school (N,).
    """
    past = []
    for level, took, here in zip(mark.T[:-1], taken.T[:-1], present.T[:-1]):
        usual = took[here].mean()
        near = (1.0 + np.abs(level[:, None] - level[None, :])) ** -2.0
        near = near * (school[:, None] == school[None, :]) * here[None, :]
        np.fill_diagonal(near, 0.0)
        share = (near @ took + 0.5 * usual) / (near.sum(axis=1) + 0.5)
        past.append(share - usual)
    return np.column_stack(past)
