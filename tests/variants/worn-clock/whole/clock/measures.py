"""Measures by masked arrays."""
import numpy as np


def scaled_error(coming, said, past, lag):
    weight = np.arange(1.0, len(said) + 1.0) ** -0.5 * ~np.isnan(coming)
    error = weight @ np.nan_to_num(np.abs(coming - said)) / weight.sum()
    usual = np.ma.masked_invalid(past[lag:] - past[: len(past) - lag])
    return float(error / np.abs(usual).mean())


def interval_score(coming, low, high, level):
    off = np.abs(coming - np.clip(coming, low, high))
    return float(np.nanmean(off * 2.0 / (1.0 - level) + (high - low)))
