"""Making weights agree with the register."""
import numpy as np


def calibrate(
    weight: np.ndarray, columns: np.ndarray, totals: np.ndarray, slack: float
) -> np.ndarray:
    number = len(totals)
    give = [slack * sum(weight * columns[:, j] ** 2) for j in range(number)]

    def bent(lean: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        low = np.exp(np.minimum(lean, 0))
        return low + np.maximum(lean, 0), low

    force = np.zeros(number)
    for _ in range(3):
        factor, slope = bent(columns @ force)
        left = np.array(
            [
                totals[j] - sum(weight * factor * columns[:, j]) - give[j] * force[j]
                for j in range(number)
            ]
        )
        root = np.sqrt(weight * slope)[:, None] * columns
        force = force + np.linalg.inv(root.T @ root + np.diag(give)) @ left * 7 / 10
    return weight * bent(columns @ force)[0]


def trim_weights(weight: np.ndarray, district: np.ndarray, reach: float) -> np.ndarray:
    out = np.zeros(len(weight))
    for d in set(district.tolist()):
        inside = [i for i in range(len(weight)) if district[i] == d]
        limit = reach * float(np.median([weight[i] for i in inside]))
        cut = sum(max(weight[i] - limit, 0.0) for i in inside)
        roots = sum(weight[i] ** 0.5 for i in inside if weight[i] <= limit)
        for i in inside:
            if weight[i] > limit:
                out[i] = limit
            else:
                out[i] = weight[i] + cut * weight[i] ** 0.5 / roots
    return out
