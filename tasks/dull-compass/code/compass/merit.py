"""How good firings are, and how sure that is."""
import numpy as np


def merits(
    loss: np.ndarray, strain: np.ndarray, strayed: np.ndarray, debt: float
) -> np.ndarray:
    """Merits (n,), less is better, from losses, strains and strays (n,)."""
    over = np.maximum(strain, 0.0)
    return loss + debt * (over + 2.0 * over**2) + 3.0 * strayed


def next_debt(debt: float, strain: np.ndarray) -> float:
    """The price of strain after a generation with strains (n,)."""
    over = np.maximum(strain, 0.0)
    return float(debt * np.exp(0.6 * (np.mean(over / (over + 0.05)) - 0.3)))


def next_noise(noise: float | None, before: float, again: float) -> float:
    """The noise after a firing was done again, from both merits; None at first."""
    square = 0.5 * (again - before) ** 2
    if noise is None:
        return float(np.sqrt(square))
    return float(np.sqrt(0.75 * noise**2 + 0.25 * square))


def soft_ranks(merit: np.ndarray, noise: float) -> np.ndarray:
    """Expected ranks (n,), from 0, of firings with merits (n,)."""
    apart = (merit[:, None] - merit) / (np.sqrt(2.0) * noise + 1e-3)
    better = 0.5 + 0.5 * apart / np.sqrt(1.0 + apart**2)
    return better.sum(axis=1) - 0.5


def shares(rank: np.ndarray) -> np.ndarray:
    """Shares (n,) of firings in the next step, from their ranks (n,)."""
    raw = (1.0 - rank / len(rank)) ** 3
    return raw / raw.sum()
