"""Marks expected with and without the treatment."""
import numpy as np


def pulled_fit(
    columns: np.ndarray, mark: np.ndarray, weight: np.ndarray, goal: np.ndarray, penalty: float
) -> np.ndarray:
    def solve(current: np.ndarray) -> np.ndarray:
        root = np.sqrt(current)
        extra = np.sqrt(penalty * (current @ columns**2))
        extra[0] = 0.0
        stacked = np.vstack([root[:, None] * columns, np.diag(extra)])
        return np.linalg.lstsq(stacked, np.concatenate([root * mark, extra * goal]), rcond=None)[0]

    error = mark - columns @ solve(weight)
    usual = (weight @ error**2) / weight.sum()
    current = [w * usual / (usual + d * d * (4 if d < 0 else 1)) for w, d in zip(weight, error)]
    return solve(np.array(current))


def paired_fit(
    columns: np.ndarray, mark: np.ndarray, taken: np.ndarray, weight: np.ndarray, penalty: float
) -> np.ndarray:
    def size(arm: int) -> float:
        share = weight[taken == arm] / weight[taken == arm].sum()
        return 1.0 / (share @ share)

    def fit(arm: int, goal: np.ndarray, pull: float) -> np.ndarray:
        rows = np.flatnonzero(taken == arm)
        return pulled_fit(columns[rows], mark[rows], weight[rows], goal, pull)

    lead = 1 if size(1) > size(0) else 0
    first = fit(lead, np.zeros(columns.shape[1]), penalty)
    second = fit(1 - lead, first, penalty * size(lead) / size(1 - lead))
    return np.array([first, second] if lead == 0 else [second, first])
