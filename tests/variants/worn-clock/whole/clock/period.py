"""Agreements of all lags at once."""
import numpy as np


def lag_agreement(rest, lags):
    n = len(rest)
    there = 1.0 - np.isnan(rest)
    value = np.nan_to_num(rest)
    later = np.arange(n)[None, :] - np.arange(n)[:, None]
    lag = np.where((later > 0) & (later <= lags), later, 0).ravel()

    def sums(left, right):
        return np.bincount(lag, weights=np.outer(left, right).ravel(), minlength=lags + 1)

    cross = sums(value, value)
    square = sums(value**2, there) + sums(there, value**2)
    return np.concatenate([[1.0], 2.0 * cross[1:] / square[1:]])


def find_period(agreement, least, most):
    half = np.arange(least, most + 1)
    score = np.array([1.0, 0.5, -0.25]) @ agreement[np.stack([half, half * 2, half // 2])]
    best = score.argmax()
    if best == 0 or best == most - least:
        return float(half[best])
    slope = (score[best + 1] - score[best - 1]) / 2.0
    bend = np.diff(score[best - 1 : best + 2], n=2)[0]
    return float(half[best] - slope / bend)
