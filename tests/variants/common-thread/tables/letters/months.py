"""Topics over the months."""
import numpy as np


def monthly_shares(
    share: np.ndarray, length: np.ndarray, month: np.ndarray, months: int, strength: float
) -> np.ndarray:
    root = np.sqrt(length)
    extra = strength * np.mean(root)
    usual = np.einsum("d,dk->k", root, share) / np.sum(root)
    mass = np.bincount(month, weights=root, minlength=months) + extra
    top = np.zeros((months, share.shape[1])) + extra * usual
    np.add.at(top, month, root[:, None] * share)
    return top / mass[:, None]


def drift(shares: np.ndarray) -> np.ndarray:
    months, topics = shares.shape
    odds = np.log(shares) - np.log1p(-shares)
    gap = np.subtract.outer(np.arange(months), np.arange(months))
    later = gap > 0
    slope = (odds[:, None] - odds[None])[later] / gap[later][:, None]
    # Each slope as often as it weighs: the median is an order statistic.
    often = np.sort(np.repeat(slope, gap[later], axis=0), axis=0)
    return often[(len(often) + 1) // 2 - 1] + np.zeros(topics)


def pulse(shares: np.ndarray) -> np.ndarray:
    level = np.log2(shares)
    wide = np.vstack([level[1], level, level[-2]])
    return np.max(level - 0.5 * wide[:-2] - 0.5 * wide[2:], axis=0)
