"""How far readers get in a list, and what they leave in the log."""
import numpy as np

from .helpers import shaped


@shaped(2, 2, 2, 1)
def examination(
    ranking: np.ndarray, attract: np.ndarray, membership: np.ndarray, patience: np.ndarray
) -> np.ndarray:
    """Examination probabilities (U, depth) of the ranks of one list per user.

    ranking (U, depth), attract (U, I), membership (I, H), patience (U,).
    """
    n_users, depth = ranking.shape
    drawn = np.take_along_axis(attract, ranking, axis=1)
    makeup = membership[ranking]
    sameness = np.zeros((n_users, depth))
    sameness[:, 1:] = (makeup[:, 1:] * makeup[:, :-1]).sum(axis=2)
    rank = np.arange(1, depth + 1)
    effort = (1.0 + 3.0 * sameness) * rank[None, :] ** 0.75 / patience[:, None]
    stay = (1.0 - 0.5 * drawn) * np.exp(-effort)
    seen = np.ones((n_users, depth))
    seen[:, 1:] = np.cumprod(stay[:, :-1], axis=1)
    return seen


@shaped(2, 3, 3, 2, 3)
def absorb_visits(
    counts: np.ndarray,
    rankings: np.ndarray,
    seen: np.ndarray,
    attract: np.ndarray,
    uniforms: np.ndarray,
    retention: float,
) -> np.ndarray:
    """New visit counts (U, I) after serving lists.

    rankings, seen and uniforms (L, U, depth); counts and attract (U, I).
    """
    n_lists, n_users, depth = rankings.shape
    users = np.arange(n_users)[:, None]
    value = np.arange(1, depth + 1) ** 1.5
    fresh = np.zeros_like(counts)
    for ranking, exam, uniform in zip(rankings, seen, uniforms):
        visited = uniform < exam * attract[users, ranking]
        allowed = visited & (np.cumsum(visited, axis=1) == 1)
        np.add.at(fresh, (np.broadcast_to(users, ranking.shape), ranking), allowed * value)
    return retention * counts + fresh / np.sqrt(n_lists)
