"""Strata of blocks, and how many blocks each of them gives."""
import numpy as np


def cut_strata(rank: np.ndarray, doors: np.ndarray, number: int) -> np.ndarray:
    order = np.lexsort((np.arange(len(rank)), rank))
    step = np.exp(0.5 * (np.log(doors) + np.log(rank)))
    ends = np.concatenate([[0.0], np.cumsum(step[order])])
    cuts = np.linspace(0.0, ends[-1], number + 1)[1:-1]
    stratum = np.searchsorted(cuts, 0.5 * (ends[1:] + ends[:-1]))
    return stratum[np.argsort(order)]


def allocate(stratum: np.ndarray, rank: np.ndarray, number: int) -> np.ndarray:
    inside = np.eye(stratum.max() + 1)[stratum]
    count = inside.sum(axis=0)
    away = rank - (inside.T @ rank / count)[stratum]
    claim = count**0.75 * (inside.T @ away**2 / (count - 1.0)) ** 0.25
    due = (number - 2.0 * len(count)) * claim / claim.sum()
    rest, whole = np.modf(due)
    place = np.argsort(np.lexsort((np.arange(len(count)), -rest)))
    more = place < np.rint(rest.sum())
    return (whole + more + 2.0).astype(np.intp)
