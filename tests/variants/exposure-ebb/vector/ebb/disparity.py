"""Disparity by centring matrices and traces."""
from typing import NamedTuple

import numpy as np


class Disparity(NamedTuple):
    joint: float
    crossed: float


def shrink_table(table, weight, n_lists):
    anchor = np.outer(table.sum(1), table.sum(0))
    rest = table - anchor
    signal = np.vdot(rest, rest)
    # 1 / (L / S - 1) = S / (L - S)
    dispersion = weight @ weight
    noise = (1 - np.vdot(table, table)) * dispersion / (n_lists - dispersion)
    return anchor + rest * signal / (noise + signal)


def joint_disparity(table, target):
    groups, kinds = table.shape
    floor = 1 / (3 * groups * kinds)
    bits = np.log2(table + floor) - np.log2(target + floor)
    joint = np.linalg.norm((table * target) ** 0.125 * bits)
    joint /= np.ptp(np.log2(target + floor))
    left = np.eye(groups) - 1 / groups
    right = np.eye(kinds) - 1 / kinds
    crossed = np.linalg.norm(left @ bits @ right) / np.sqrt((groups - 1) * (kinds - 1))
    return Disparity(float(joint), float(crossed))
