"""Strata of blocks, and how many blocks each of them gives."""
from math import floor, sqrt
from statistics import stdev

import numpy as np


def cut_strata(rank: np.ndarray, doors: np.ndarray, number: int) -> np.ndarray:
    blocks = sorted(range(len(rank)), key=lambda b: rank[b])
    whole = sum(sqrt(doors[b] * rank[b]) for b in blocks)
    out, done = [0] * len(rank), 0.0
    for b in blocks:
        step = sqrt(doors[b] * rank[b])
        out[b] = floor((done + step / 2) / (whole / number))
        done += step
    return np.array(out)


def allocate(stratum: np.ndarray, rank: np.ndarray, number: int) -> np.ndarray:
    strata = sorted(set(stratum.tolist()))
    ranks = [[float(k) for k, h in zip(rank, stratum) if h == one] for one in strata]
    claims = [len(inside) ** 0.75 * stdev(inside) ** 0.5 for inside in ranks]
    free = number - 2 * len(strata)
    due = [free * claim / sum(claims) for claim in claims]
    given = [2 + floor(x) for x in due]
    by_rest = sorted(strata, key=lambda h: due[h] - floor(due[h]), reverse=True)
    for h in by_rest[: number - sum(given)]:
        given[h] += 1
    return np.array(given)
