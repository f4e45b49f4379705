"""What is believed before any reading."""
import numpy as np


def log_prior(theta: np.ndarray, table: np.ndarray) -> np.ndarray:
    side = (theta >= table[:, 0]).astype(np.intp) + 1
    width = np.take_along_axis(table.T, side, axis=0)
    z = (theta - table[:, 0]) / width
    constant = np.log(np.sqrt(2.0 / np.pi) / table[:, 1:].sum(axis=1)).sum()
    return constant - 0.5 * np.einsum("nd,nd->n", z, z)
