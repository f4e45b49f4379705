"""Laws of whole-day lags."""
import math

import numpy as np


def day_law(mean: float, shape: float, length: int, first: int) -> np.ndarray:
    """Probabilities (length + 1,) of lags of 0..length days; mean in days."""
    scale = mean / math.gamma(1.0 + 1.0 / shape)

    def beyond(lag: np.ndarray) -> np.ndarray:
        return np.exp(-((np.maximum(lag, 0.0) / scale) ** shape))

    days = np.arange(length + 1.0)
    law = np.zeros(length + 1)
    for hour, weight in ((0.25, 0.3), (0.9, 0.7)):
        law += weight * (beyond(days - hour) - beyond(days + 1.0 - hour))
    law /= law.sum()
    law[first] += law[:first].sum()
    law[:first] = 0.0
    return law
