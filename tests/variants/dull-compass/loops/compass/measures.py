"""How a search went."""
import math

import numpy as np


def toll(hours, value):
    level = [math.log(a + 0.05) for a in value]
    area = sum(
        hours[g] * (level[g] + level[g - 1]) / 2.0 for g in range(1, len(hours))
    )
    return area / sum(hours[1:])


def crowding(settings):
    count = len(settings)
    close, squares = [], 0.0
    for i in range(count):
        apart = [math.dist(settings[i], settings[k]) for k in range(count) if k != i]
        close.append(sum(sorted(apart)[:3]) / 3.0)
        squares += sum(a * a for a in apart)
    return float(np.median(close)) / math.sqrt(squares / count**2)


def straightness(centre):
    squares = []
    for g in range(len(centre) - 4):
        walked = sum(math.dist(centre[g + i], centre[g + i + 1]) for i in range(4))
        squares.append((math.dist(centre[g], centre[g + 4]) / walked) ** 2)
    return math.sqrt(sum(squares) / len(squares))
