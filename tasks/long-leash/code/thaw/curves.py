"""How large a lichen is on a surface of a given age."""
import numpy as np


def soft_start(age: np.ndarray, delay: np.ndarray) -> np.ndarray:
    """Years of growth (n, m) on surfaces of age (m,), with delays (n,) before it starts."""
    past = age[None, :] - delay[:, None]
    width = 0.5 * delay[:, None]
    return 0.5 * (past + np.sqrt(past**2 + width**2))


def grown_size(form: str, theta: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Median size in mm (n, m) at age (m,), under parameters (n, d) of a form of growth."""
    grown = soft_start(age, np.exp(theta[:, 0]))
    rate = np.exp(theta[:, 1])[:, None]
    if form == "slowing":
        pace = np.exp(theta[:, 3])[:, None]
        grown = pace * np.log1p(grown / pace)
    elif form == "phased":
        great = np.exp(theta[:, 3])[:, None]
        later = 1.0 / (1.0 + np.exp(-theta[:, 4]))[:, None]
        grown = np.minimum(grown, great) + later * np.maximum(grown - great, 0.0)
    return rate * grown
