"""Measures by masks."""
import numpy as np


def log_loss(belief, label, strength):
    mass = np.power(strength, -0.5)
    right = (belief * (label[:, None] == np.arange(belief.shape[1]))).sum(axis=1)
    return float(-(mass @ np.log2(right)) / mass.sum())


def calibration_gap(belief, label, bins):
    order = np.argsort(belief.max(axis=1), kind="stable")
    size, over = divmod(len(order), bins)
    length = size + (np.arange(bins) < over)
    number = np.repeat(np.arange(bins), length)
    off = belief.max(axis=1) - (belief.argmax(axis=1) == label)
    gap = np.bincount(number, weights=off[order]) / length
    return float(np.sqrt(length @ gap**2 / len(order)))
