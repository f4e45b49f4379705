"""Logits and attraction, user by user."""
import math
import statistics

import numpy as np


def user_logits(scores, heat):
    rows = []
    for row in scores.tolist():
        middle = statistics.median(row)
        gaps = [s - middle for s in row]
        spread = statistics.fmean(q for q in gaps if q > 0)
        rows.append([2 * heat * math.tanh(q / 2 / spread) for q in gaps])
    return np.array(rows)


def attraction(logits, picky):
    bars, ranges = [], []
    for row in logits.tolist():
        best = sorted(row, reverse=True)[:picky]
        bars.append(sum(best) / picky)
        ranges.append(best[0] - best[picky - 1])
    tau = sum(ranges) / len(ranges)
    out = np.zeros(logits.shape)
    for u, bar in enumerate(bars):
        for i in range(logits.shape[1]):
            odds = 2 ** ((logits[u, i] - bar) / tau)
            out[u, i] = 0.75 * odds / (1 + odds)
    return out
