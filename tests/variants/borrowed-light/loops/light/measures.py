"""Measures node by node."""
import math


def log_loss(belief, label, strength):
    total = mass = 0.0
    for row, c, k in zip(belief, label, strength):
        total -= math.log2(row[c]) / math.sqrt(k)
        mass += 1 / math.sqrt(k)
    return float(total / mass)


def calibration_gap(belief, label, bins):
    ranked = sorted((max(row), i) for i, row in enumerate(belief))
    size, over = divmod(len(ranked), bins)
    start, total = 0, 0.0
    for number in range(bins):
        end = start + size + (1 if number < over else 0)
        part = ranked[start:end]
        sure = sum(top for top, _ in part) / len(part)
        right = sum(1 for _, i in part if list(belief[i]).index(max(belief[i])) == label[i])
        total += len(part) * (sure - right / len(part)) ** 2
        start = end
    return math.sqrt(total / len(ranked))
