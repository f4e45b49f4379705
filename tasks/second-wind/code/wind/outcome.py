"""Marks expected with and without the treatment."""
import numpy as np


def pulled_fit(
    columns: np.ndarray, mark: np.ndarray, weight: np.ndarray, goal: np.ndarray, penalty: float
) -> np.ndarray:
    """Coefficients (p,) pulled towards goal (p,); columns (n, p), mark and weight (n,)."""
    current = weight
    for _ in range(2):
        moments = columns.T @ (current[:, None] * columns)
        ridge = penalty * np.diag(moments) * (np.arange(len(goal)) > 0)
        moved = columns.T @ (current * (mark - columns @ goal))
        fitted = goal + np.linalg.solve(moments + np.diag(ridge), moved)
        error = mark - columns @ fitted
        excess = np.where(error < 0.0, 4.0, 1.0) * error**2
        current = weight / (1.0 + excess / np.average(error**2, weights=weight))
    return fitted


def paired_fit(
    columns: np.ndarray, mark: np.ndarray, taken: np.ndarray, weight: np.ndarray, penalty: float
) -> np.ndarray:
    """Coefficients (2, p) without (0) and with (1) the treatment.

    columns (n, p); mark, taken, weight (n,).
    """
    out = np.zeros((2, columns.shape[1]))
    arms = [taken == 0, taken == 1]
    size = np.array([weight[rows].sum() ** 2 / np.sum(weight[rows] ** 2) for rows in arms])
    lead, other = (0, 1) if size[0] >= size[1] else (1, 0)
    for arm, goal, pull in ((lead, 0, 1.0), (other, lead, size[lead] / size[other])):
        rows = arms[arm]
        out[arm] = pulled_fit(
            columns[rows], mark[rows], weight[rows], out[goal], penalty * pull
        )
    return out
