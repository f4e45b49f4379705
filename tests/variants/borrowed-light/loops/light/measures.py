"""Measures node by node."""
import math


def log_loss(belief, label, strength):
    bits = mass = 0.0
    for row, c, k in zip(belief, label, strength):
        bits -= math.log2(row[c]) / math.sqrt(k)
        mass += 1 / math.sqrt(k)
    return bits / mass


def calibration_gap(belief, label, bins):
    ranked = sorted(
        (float(max(row)), i, float(row.argmax() == c))
        for i, (row, c) in enumerate(zip(belief, label))
    )
    size, over = divmod(len(ranked), bins)
    total, at = 0.0, 0
    for number in range(bins):
        part = ranked[at : at + size + (number < over)]
        at += len(part)
        gap = sum(sure - right for sure, _, right in part) / len(part)
        total += len(part) * gap * gap
    return math.sqrt(total / len(ranked))
