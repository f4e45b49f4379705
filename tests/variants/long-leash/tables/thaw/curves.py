"""How large a lichen is on a surface of a given age."""
import numpy as np


def soft_start(age: np.ndarray, delay: np.ndarray) -> np.ndarray:
    past = np.subtract.outer(-delay, -age)
    # The larger root of g (g - past) = (delay / 4)^2.
    quarter = 0.25 * delay[:, None]
    root = np.hypot(0.5 * past, quarter)
    return np.where(past > 0, 0.5 * past + root, quarter**2 / (root - 0.5 * past))


def grown_size(form: str, theta: np.ndarray, age: np.ndarray) -> np.ndarray:
    natural = np.exp(theta)[:, :, None]
    years = soft_start(age, natural[:, 0, 0])
    if form == "steady":
        return natural[:, 1] * years
    if form == "slowing":
        return natural[:, 1] * natural[:, 3] * np.log((natural[:, 3] + years) / natural[:, 3])
    over = np.clip(years - natural[:, 3], 0.0, None)
    return natural[:, 1] * (years - over / (1.0 + natural[:, 4]))
