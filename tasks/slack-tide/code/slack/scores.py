"""Scores of residuals, and margins from quantiles of scores."""
import numpy as np


def signed_scores(residual: np.ndarray, scale: np.ndarray, tempering: float) -> np.ndarray:
    """Scores (N,) with the sign of the residual, from residual and scale (N,)."""
    size = np.abs(residual) / scale**tempering
    above = np.log1p(size)
    below = np.sqrt(1.0 + 2.0 * size) - 1.0
    return np.where(residual > 0.0, above, -below)


def margins(quantiles: np.ndarray, scale: np.ndarray, tempering: float) -> np.ndarray:
    """Margins (A, 2) below and above the centre, from score quantiles (A, 2) and scale (A,)."""
    below = ((1.0 + quantiles[:, 0]) ** 2 - 1.0) / 2.0
    above = np.expm1(quantiles[:, 1])
    bare = np.column_stack([below, above]) * (scale**tempering)[:, None]
    return np.cbrt(bare**3 + (0.4 * bare[:, ::-1]) ** 3)


def graded_misses(residual: np.ndarray, margin: np.ndarray) -> np.ndarray:
    """Misses (A, 2) below and above, for residual (A,) and margins (A, 2)."""
    beyond = np.column_stack([-residual, residual]) - margin
    ratio = beyond / margin.sum(axis=1, keepdims=True)
    return np.where(ratio > 0.0, 0.5 + 3.0 * ratio / (1.0 + ratio), 0.0)
