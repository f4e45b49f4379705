"""Examination as a running sum of logarithms; all lists of a step at once."""
import numpy as np


def examination(ranking, attract, membership, patience):
    users, depth = ranking.shape
    kernel = membership @ membership.T
    same = np.hstack([np.zeros((users, 1)), kernel[ranking[:, 1:], ranking[:, :-1]]])
    rank = np.arange(1.0, depth + 1)
    drawn = attract[np.arange(users)[:, None], ranking]
    log_stay = np.log1p(-drawn / 2) - np.outer(1 / patience, rank**0.75) * (1 + 3 * same)
    # The sum up to a rank, its own left out.
    return np.exp(np.cumsum(log_stay, axis=1) - log_stay)


def absorb_visits(counts, rankings, seen, attract, uniforms, retention):
    lists, users, depth = rankings.shape
    own = np.arange(users)
    tempted = seen * attract[own[None, :, None], rankings] - uniforms > 0
    first = tempted.argmax(axis=2)
    item = np.take_along_axis(rankings, first[..., None], axis=2)[..., 0]
    worth = tempted.any(axis=2) * (first + 1.0) ** 1.5 / np.sqrt(lists)
    place = own * counts.shape[1] + item
    fresh = np.bincount(place.ravel(), worth.ravel(), minlength=counts.size)
    return retention * counts + fresh.reshape(counts.shape)
