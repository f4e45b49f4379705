"""How good forecasts are."""
import numpy as np


def widening(error: np.ndarray, spread: np.ndarray) -> float:
    """Factor of the spreads, from errors and spreads (n,) of days to tune on."""
    raw = np.median(np.abs(error) / spread) / np.log(2.0)
    return float(raw ** (len(error) / (len(error) + 12.0)))


def flood_score(height: np.ndarray, centre: np.ndarray, spread: np.ndarray) -> float:
    """Score of forecasts when height (n,) came; all (n,); less is better."""
    apart = np.abs(height - centre)
    each = apart + spread * np.exp(-apart / spread) - 0.75 * spread
    weight = 1.0 / (1.0 + np.exp(-2.0 * height))
    return float(np.sqrt(np.sum(weight * each**2) / np.sum(weight)))
