"""Onset curves, one report at a time."""
import numpy as np


def place_undated(dated, undated, law):
    days, ages = undated.shape
    curve = dated.sum(axis=1) + 2.0
    out = np.zeros((days, ages))
    for a in range(ages):
        for r in range(days):
            delays = range(min(law.shape[0] - 1, r) + 1)
            share = [law[d, a] * curve[r - d, a] * curve[r - d, a] ** 0.5 for d in delays]
            for d in delays:
                out[r - d, a] += undated[r, a] * share[d] / sum(share)
    return out


def complete(onsets, law, caution, window):
    days, ages = onsets.shape
    out = np.empty((days, ages))
    for a in range(ages):
        known = np.array([law[: min(days - t, law.shape[0]), a].sum() for t in range(days)])
        last = max(t for t in range(days) if known[t] >= 0.8)
        usual = sum(onsets[t, a] for t in range(last - window + 1, last + 1)) / window
        out[:, a] = (onsets[:, a] + caution * (1 - known) * usual) / (
            known + caution * (1 - known)
        )
    return out
