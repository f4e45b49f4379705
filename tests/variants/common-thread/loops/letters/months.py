"""Topics over the months."""
import numpy as np


def monthly_shares(
    share: np.ndarray, length: np.ndarray, month: np.ndarray, months: int, strength: float
) -> np.ndarray:
    root = length**0.5
    usual = np.average(share, axis=0, weights=root)
    extra = strength * root.sum() / len(root)
    rows = []
    for t in range(months):
        here = month == t
        top = (root[here, None] * share[here]).sum(axis=0) + extra * usual
        rows.append(top / (root[here].sum() + extra))
    return np.array(rows)


def drift(shares: np.ndarray) -> np.ndarray:
    months = len(shares)
    out = []
    for column in shares.T:
        odds = np.log(column) - np.log1p(-column)
        slopes = sorted(
            ((odds[late] - odds[early]) / (late - early), late - early)
            for early in range(months)
            for late in range(early + 1, months)
        )
        total, before = sum(gap for _, gap in slopes), 0
        for slope, gap in slopes:
            before += gap
            if 2 * before >= total:
                out.append(slope)
                break
    return np.array(out)


def pulse(shares: np.ndarray) -> np.ndarray:
    level = np.log2(shares)
    out = []
    for column in level.T:
        padded = [column[1], *column, column[-2]]
        out.append(
            max(b - (a + c) / 2 for a, b, c in zip(padded, padded[1:], padded[2:]))
        )
    return np.array(out)
