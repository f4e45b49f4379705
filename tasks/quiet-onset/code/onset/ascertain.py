"""How many infections are found, by age."""
import numpy as np


def ascertainment(
    onsets: np.ndarray, deaths: np.ndarray, ifr: np.ndarray, law: np.ndarray, prior: float
) -> np.ndarray:
    """Found share (A,) of the infections.

    onsets and deaths (T, A), ifr (A,) deaths per infection, law (S + 1,) of onset to death.
    """
    over = np.ones(onsets.shape[0])
    over[: law.size] = law.cumsum()
    settled = over[::-1] @ onsets
    total = deaths.sum(axis=0)
    crude = ifr * settled / (total + 1.5)
    bounded = np.log(crude) - np.log1p(crude**2) / 2.0
    say = np.sqrt(6.0 + total)
    centre = say @ bounded / say.sum()
    return np.exp((total * bounded + prior * centre) / (total + prior))
