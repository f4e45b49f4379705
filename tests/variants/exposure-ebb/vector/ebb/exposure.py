"""The ledger, booked through flat positions."""
import numpy as np


class ExposureLedger:
    def __init__(self, n_users, n_items):
        self.mass = np.zeros((n_users, n_items))
        self.lists = 0

    def add(self, ranking, seen):
        notice = seen - 0.75 * np.square(seen)
        booked = notice * np.einsum("uk->u", notice)[:, None] ** -0.5
        users, items = self.mass.shape
        place = ranking + items * np.arange(users)[:, None]
        extra = np.bincount(place.ravel(), booked.ravel(), minlength=users * items)
        self.mass = self.mass + extra.reshape(users, items)
        self.lists += 1

    def average(self):
        return self.mass / self.lists
