"""User-group by item-group tables of actual and of deserved exposure."""
import numpy as np

from .helpers import shaped


@shaped(1, 1, 1)
def user_weights(
    user_group: np.ndarray, household: np.ndarray, multiplicity: np.ndarray
) -> np.ndarray:
    """Weights (U,) of the users, summing to one.

    user_group (U,), household (U,); multiplicity (C,) says how often each household counts.
    """
    size = np.bincount(household, minlength=multiplicity.shape[0])
    raw = multiplicity[household] / np.sqrt(size[household])
    mass = np.bincount(user_group, weights=raw)
    balance = mass ** (-2.0 / 3.0)
    weight = raw * balance[user_group]
    return weight / weight.sum()


@shaped(2, 1, 1, 2)
def group_table(
    exposure: np.ndarray, weight: np.ndarray, user_group: np.ndarray, membership: np.ndarray
) -> np.ndarray:
    """Joint exposure table (G, H), summing to one.

    exposure (U, I), weight (U,), user_group (U,), membership (I, H).
    """
    n_groups = int(user_group.max()) + 1
    volume = membership.sum(axis=0)
    per_user = (exposure @ membership) / np.sqrt(volume)[None, :]
    table = np.zeros((n_groups, membership.shape[1]))
    np.add.at(table, user_group, weight[:, None] * per_user)
    return table / table.sum()


@shaped(2, 1, 1, 2)
def target_table(
    logits: np.ndarray,
    weight: np.ndarray,
    user_group: np.ndarray,
    membership: np.ndarray,
    pull: float,
) -> np.ndarray:
    """Deserved exposure table (G, H), summing to one; arguments as for `group_table`."""
    order = np.argsort(np.argsort(-logits, axis=1, kind="stable"), axis=1)
    merit = (order + 2.5) ** -1.5
    rows = np.zeros((int(user_group.max()) + 1, membership.shape[1]))
    np.add.at(rows, user_group, weight[:, None] * (merit @ membership))
    rows = rows / rows.sum(axis=1, keepdims=True)
    catalogue = np.sqrt(membership.sum(axis=0))
    catalogue = catalogue / catalogue.sum()
    blend = 1.0 / ((1.0 - pull) / rows + pull / catalogue[None, :])
    mass = np.sqrt(np.bincount(user_group))[:, None]
    table = mass * blend / blend.sum(axis=1, keepdims=True)
    return table / table.sum()
