"""How large a lichen is on a surface of a given age."""
import numpy as np


def soft_start(age: np.ndarray, delay: np.ndarray) -> np.ndarray:
    columns = []
    for a in age:
        columns.append((a - delay + np.hypot(a - delay, delay / 2)) / 2)
    return np.array(columns).T.reshape(len(delay), len(age))


def grown_size(form: str, theta: np.ndarray, age: np.ndarray) -> np.ndarray:
    out = []
    rate = np.exp(theta[:, 1])
    for g in soft_start(age, np.exp(theta[:, 0])).T:
        if form == "steady":
            out.append(rate * g)
        elif form == "slowing":
            p = np.exp(theta[:, 3])
            out.append(rate * p * np.log(1 + g / p))
        else:
            great, odds = np.exp(theta[:, 3]), np.exp(theta[:, 4])
            late = rate * great + odds / (1 + odds) * rate * (g - great)
            out.append(np.where(g <= great, rate * g, late))
    return np.array(out).T
