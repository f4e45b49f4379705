"""Who meets whom, who catches it, and the next generation."""
import numpy as np


def reciprocal_contacts(
    survey: np.ndarray, participants: np.ndarray, population: np.ndarray
) -> np.ndarray:
    """Daily contacts (A, A) of a person (row) with each age group (column), made reciprocal."""
    volume = np.log(survey * population[:, None])
    trust = np.sqrt(participants)
    row, column = trust[:, None], trust[None, :]
    agreed = np.exp((row * volume + column * volume.T) / (row + column))
    contacts = agreed / population[:, None]
    own = np.arange(population.size)
    contacts[own, own] = contacts[own, own] ** 0.7
    return contacts


def relative_susceptibility(
    contacts: np.ndarray, infections: np.ndarray, population: np.ndarray, trust: float
) -> np.ndarray:
    """Susceptibility (A,) of a contact, relative to the population; infections (T, A)."""
    cases = infections.sum(axis=0)
    ratio = cases / (cases @ contacts)
    typical = population @ ratio / population.sum()
    return 1.0 - trust + trust * ratio / typical


def next_generation(
    contacts: np.ndarray, susceptibility: np.ndarray, infectivity: np.ndarray
) -> np.ndarray:
    """Next-generation matrix (A, A): infected age group (row) by infecting age group (column)."""
    busy = contacts.sum(axis=1)
    effort = contacts / (busy**0.4)[:, None]
    return susceptibility[:, None] * effort.T * infectivity[None, :]


def yardstick(generation: np.ndarray) -> float:
    """The size (one number) of a next-generation matrix (A, A)."""
    radius = np.abs(np.linalg.eigvals(generation)).max()
    busiest = generation.sum(axis=0).max()
    return float(radius ** (2.0 / 3.0) * busiest ** (1.0 / 3.0))
