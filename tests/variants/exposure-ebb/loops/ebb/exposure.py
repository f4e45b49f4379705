"""The ledger, booked entry by entry."""
import math

import numpy as np


class ExposureLedger:
    def __init__(self, n_users, n_items):
        self.mass = np.zeros((n_users, n_items))
        self.lists = 0

    def add(self, ranking, seen):
        for u, (items, row) in enumerate(zip(ranking, seen)):
            notice = [xi - 0.75 * xi**2 for xi in row]
            root = math.sqrt(math.fsum(notice))
            for item, nu in zip(items, notice):
                self.mass[u, item] += nu / root
        self.lists = self.lists + 1

    def average(self):
        return self.mass / self.lists
