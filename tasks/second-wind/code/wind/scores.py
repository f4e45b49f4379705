"""Doubly robust scores of the rows."""
import numpy as np


def row_mass(chance: np.ndarray, staying: np.ndarray, term: np.ndarray) -> np.ndarray:
    """How much each row counts in the effect (n,); all arguments (n,)."""
    tilted = staying * (4.0 * chance * (1.0 - chance)) ** 0.75
    total = np.bincount(term, weights=tilted)
    return tilted * total[term] ** (-2.0 / 3.0)


def augmented_scores(
    expected: np.ndarray, mark: np.ndarray, taken: np.ndarray, weight: np.ndarray, mass: np.ndarray
) -> np.ndarray:
    """Scores (n,) of the rows.

    expected (n, 2): marks without and with the treatment; mark, taken, weight, mass (n,).
    """
    score = expected[:, 1] - expected[:, 0]
    for arm, sign in ((0, -1.0), (1, 1.0)):
        rows = taken == arm
        error = mark[rows] - expected[rows, arm]
        size = 2.0 * np.average(np.abs(error), weights=mass[rows])
        score[rows] += sign * weight[rows] * size * np.arcsinh(error / size)
    return score
