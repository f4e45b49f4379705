"""What could have been had."""
import numpy as np


def patient_path(mean, cost):
    rounds, arms = mean.shape
    toll = cost * (1.0 - np.eye(arms))
    value, back = mean[0], []
    for row in mean[1:]:
        # From the row's arm to the column's.
        came = value[:, None] - toll
        best = came.max(axis=0)
        back.append(np.where(np.diag(came) >= best, np.arange(arms), came.argmax(axis=0)))
        value = best + row
    path = [int(value.argmax())]
    for before in reversed(back):
        path.append(int(before[path[-1]]))
    return np.array(path[::-1], dtype=np.int64)


def worth(mean, path, cost, early):
    discount = np.cumprod(np.concatenate([[1.0], np.full(len(path) - 1, early)]))
    gain = np.take_along_axis(mean, np.asarray(path)[:, None], axis=1)[:, 0]
    changed = np.diff(path, prepend=path[0]) != 0
    return float(discount @ gain - cost * discount[changed].sum())


def shortfall(mean, path, cost, early):
    arms = mean.shape[1]
    at = [worth(mean, np.repeat(k, len(path)), cost, early) for k in range(arms)]
    best, mine = (worth(mean, p, cost, early) for p in (patient_path(mean, cost), path))
    return float((mine - best) / (np.average(at) - best))
