"""Logits and attraction from sorted rows."""
import numpy as np


def user_logits(scores, heat):
    ranked = np.sort(scores, axis=1)
    items = scores.shape[1]
    middle = (ranked[:, (items - 1) // 2] + ranked[:, items // 2]) / 2
    gap = (scores.T - middle).T
    spread = np.nanmean(np.where(gap > 0, gap, np.nan), axis=1)
    # 2 tanh(x / 2) = 2 (e^x - 1) / (e^x + 1)
    swollen = np.exp(gap / spread[:, None])
    return 2 * heat * (swollen - 1) / (swollen + 1)


def attraction(logits, picky):
    top = np.partition(logits, -picky, axis=1)[:, -picky:]
    scale = np.mean(top.max(1) - top.min(1))
    lean = np.log(2) * (logits - top.mean(1)[:, None]) / scale
    return 0.375 * (1 + np.tanh(lean / 2))
