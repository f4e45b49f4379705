"""How a search went."""
import numpy as np


def toll(hours, value):
    when = np.cumsum(hours)
    area = np.trapezoid(np.log(np.asarray(value) + 0.05), when)
    return float(area / (when[-1] - when[0]))


def crowding(settings):
    gram = settings @ settings.T
    square = np.add.outer(np.diag(gram), np.diag(gram)) - 2.0 * gram
    np.fill_diagonal(square, 0.0)
    apart = np.sqrt(np.maximum(square, 0.0)) + np.diag(np.full(len(square), np.inf))
    near = np.partition(apart, (0, 1, 2), axis=1)[:, :3].sum(axis=1) / 3.0
    return float(np.quantile(near, 0.5) / np.sqrt(square.mean()))


def straightness(centre):
    walked = np.cumsum(np.linalg.norm(np.diff(centre, axis=0), axis=1))
    walked = np.concatenate([[0.0], walked])
    gained = np.linalg.norm(centre[4:] - centre[:-4], axis=1) / (walked[4:] - walked[:-4])
    return float(np.linalg.norm(gained) / np.sqrt(len(gained)))
