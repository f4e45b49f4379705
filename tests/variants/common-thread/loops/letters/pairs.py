"""How often words meet."""
import numpy as np

DAMPING = 0.75


def pair_table(counts: np.ndarray, weight: np.ndarray) -> np.ndarray:
    words = counts.shape[1]
    table = np.zeros((words, words))
    for letter, omega in zip(counts, weight):
        inside = np.flatnonzero(letter)
        c = letter[inside]
        met = np.outer(c**0.75, c**0.75)
        # x squared over c is the root of c.
        met[np.diag_indices(len(c))] -= c**0.5
        table[np.ix_(inside, inside)] += omega * met / met.sum()
    return table / table.sum()


def profiles(table: np.ndarray, letters: np.ndarray, strength: float) -> np.ndarray:
    share = table.sum(axis=0)
    rows = []
    for row, number, p in zip(table, letters, share):
        rows.append((number * row / p + strength * share) / (number + strength))
    return np.array(rows)


def stretch(company: np.ndarray, share: np.ndarray) -> np.ndarray:
    middle = np.sort(share)[[(len(share) - 1) // 2, len(share) // 2]].mean()
    out = np.empty_like(company)
    for v, p in enumerate(share):
        for w, q in enumerate(company[:, v]):
            out[w, v] = (q - p) * (p + middle) ** -0.5 / (2 if q < p else 1)
    return out
