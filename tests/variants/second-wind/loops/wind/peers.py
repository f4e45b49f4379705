"""What a pupil's schoolmates did."""
import numpy as np


def peer_pull(
    mark: np.ndarray, taken: np.ndarray, present: np.ndarray, school: np.ndarray
) -> np.ndarray:
    pupils, terms = mark.shape
    out = np.zeros((pupils, terms - 1))
    for t in range(1, terms):
        usual = taken[:, t - 1].sum() / present[:, t - 1].sum()
        for i in range(pupils):
            mates = present[:, t - 1] & (school == school[i])
            mates[i] = False
            apart = np.abs(mark[mates, t - 1] - mark[i, t - 1])
            near = 1.0 / (1.0 + apart) ** 2
            out[i, t - 1] = (near @ (taken[mates, t - 1] - usual)) / (0.5 + near.sum())
    return out
