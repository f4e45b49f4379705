"""Strata of blocks, and how many blocks each of them gives."""
import numpy as np


def cut_strata(rank: np.ndarray, doors: np.ndarray, number: int) -> np.ndarray:
    """Stratum (B,) of each block, 0 to number - 1, from rank and doors (B,)."""
    order = np.argsort(rank, kind="stable")
    step = np.sqrt(doors[order] * rank[order])
    middle = np.cumsum(step) - 0.5 * step
    stratum = np.empty(len(rank), dtype=np.intp)
    stratum[order] = (number * middle / step.sum()).astype(np.intp)
    return stratum


def allocate(stratum: np.ndarray, rank: np.ndarray, number: int) -> np.ndarray:
    """Number of blocks (H,) that are drawn in each stratum, from stratum and rank (B,)."""
    strata = stratum.max() + 1
    claim = np.empty(strata)
    for h in range(strata):
        inside = rank[stratum == h]
        claim[h] = len(inside) ** 0.75 * np.sqrt(inside.std(ddof=1))
    due = claim / claim.sum() * (number - 2 * strata)
    whole = np.floor(due)
    left = int(number - 2 * strata - whole.sum())
    whole[np.argsort(whole - due, kind="stable")[:left]] += 1.0
    return 2 + whole.astype(np.intp)
