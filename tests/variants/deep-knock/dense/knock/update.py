"""What arrivals say about the rock."""
import numpy as np


def roughness(rows: int, columns: int, flat: float) -> np.ndarray:
    deep = 1.0 + np.arange(rows) / rows

    def chain(weights: np.ndarray) -> np.ndarray:
        ends = np.concatenate([weights, [0.0]]) + np.concatenate([[0.0], weights])
        return np.diag(ends) - np.diag(weights, 1) - np.diag(weights, -1)

    along = np.kron(np.diag(flat * deep), chain(np.ones(columns - 1)))
    return along + np.kron(chain(deep[1:]), np.eye(columns))


def without_starts(values: np.ndarray, weight: np.ndarray, event: np.ndarray) -> np.ndarray:
    share = (event[:, None] == event) * weight
    return values - (share / share.sum(axis=1, keepdims=True)) @ values


def solve_update(
    rows: np.ndarray,
    rest: np.ndarray,
    weight: np.ndarray,
    rough: np.ndarray,
    smooth: float,
    damp: float,
) -> tuple[np.ndarray, np.ndarray]:
    nodes = rows.shape[1]
    root = np.sqrt(weight)
    for _ in range(3):
        heavy = rows * root[:, None]
        own = np.square(heavy).sum(axis=0)
        usual = own.sum() / (own > own.max() / 1000.0).sum()
        ridge = np.linalg.cholesky(usual * (smooth * rough + damp * np.eye(nodes))).T
        q, r = np.linalg.qr(np.vstack([heavy, ridge]))
        data = q[: len(rows)]
        change = np.linalg.solve(r, data.T @ (root * rest))
        off = np.abs(rest - rows @ change)
        root = np.sqrt(weight / (1.0 + 0.5 * off / np.median(off)))
    return change, np.diag(np.linalg.solve(r, data.T @ heavy))


def changed_rock(rock: np.ndarray, change: np.ndarray, most: float) -> np.ndarray:
    bound = np.sin(np.arctan(change / most)).reshape(rock.shape) * most
    layer = np.median(bound, axis=1)
    return rock * np.exp(bound) / np.exp(0.25 * layer)[:, None]


def station_terms(
    rest: np.ndarray, weight: np.ndarray, station: np.ndarray, count: int
) -> np.ndarray:
    member = (np.arange(count)[:, None] == station) * weight
    mass = member.sum(axis=1)
    late = member @ rest / (1.5 + mass)
    root = np.sqrt(mass)
    return late - root @ late / root.sum()
