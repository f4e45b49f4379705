"""Tables as products of one-hot matrices."""
import numpy as np


def _one_hot(labels, width):
    return (np.asarray(labels)[:, None] == np.arange(width)).astype(float)


def user_weights(user_group, household, multiplicity):
    homes = _one_hot(household, len(multiplicity))
    groups = _one_hot(user_group, user_group.max() + 1)
    raw = homes @ (multiplicity * np.maximum(homes.sum(0), 1) ** -0.5)
    weight = raw * np.exp(-2 / 3 * np.log(groups @ (groups.T @ raw)))
    return weight / weight.sum()


def group_table(exposure, weight, user_group, membership):
    groups = _one_hot(user_group, user_group.max() + 1)
    scaled = membership * membership.sum(0) ** -0.5
    table = np.einsum("ug,u,ui,ih->gh", groups, weight, exposure, scaled, optimize=True)
    return table / table.sum()


def target_table(logits, weight, user_group, membership, pull):
    groups = _one_hot(user_group, user_group.max() + 1)
    users, items = logits.shape
    descending = np.lexsort((np.broadcast_to(np.arange(items), logits.shape), -logits), axis=1)
    merit = np.zeros((users, items))
    np.put_along_axis(merit, descending, np.arange(2.5, items + 2.0)[None, :] ** -1.5, axis=1)
    share = (groups * weight[:, None]).T @ merit @ membership
    share /= share.sum(1)[:, None]
    root = membership.sum(0) ** 0.5
    root /= root.sum()
    blend = share * root / (share * pull + root * (1 - pull))
    part = blend / blend.sum(1)[:, None] * groups.sum(0)[:, None] ** 0.5
    return part / part.sum()
