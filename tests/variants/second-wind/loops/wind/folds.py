"""Dealing schools to folds, and rows to the roles they have in a fold."""
from collections.abc import Iterator

import numpy as np


def deal_schools(size: np.ndarray, district: np.ndarray, folds: int) -> np.ndarray:
    members = [[] for _ in range(folds)]
    for s in sorted(range(len(size)), key=lambda s: (-int(size[s]), s)):
        prices = []
        for number, fold in enumerate(members):
            kin = sum(int(size[other]) for other in fold if district[other] == district[s])
            prices.append((sum(int(size[other]) for other in fold) + 0.7 * kin, number))
        members[min(prices)[1]].append(s)
    out = np.zeros(len(size), dtype=np.int64)
    for number, fold in enumerate(members):
        out[fold] = number
    return out


def fold_rows(
    fold: np.ndarray, term: np.ndarray, folds: int
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    number = 0
    while number < folds:
        after = number + 1 if number + 1 < folds else 0
        roles = ([], [], [])
        for row, (f, t) in enumerate(zip(fold.tolist(), term.tolist())):
            role = 2 if f == number else 1 if f == after and t % 2 == 0 else 0
            roles[role].append(row)
        train, tune, held = (np.array(rows, dtype=np.intp) for rows in roles)
        yield train, tune, held
        number += 1
