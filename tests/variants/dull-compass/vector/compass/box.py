"""From free points to settings."""
import numpy as np


def fold(point):
    # The angle of a point on a circle that is two around, seen from its side.
    turn = np.arccos(np.cos(np.pi * point)) / np.pi
    return turn - 0.25 / np.pi * np.sin(2.0 * np.pi * turn)


def stray(point):
    below, above = np.clip(-point, 0.0, None), np.clip(point - 1.0, 0.0, None)
    return np.power(below + above, 1.5).sum(axis=1)
