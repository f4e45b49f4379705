"""How late arms answer."""
import numpy as np


def tally(arm, age, late, arms, longest):
    own = np.arange(arms)[:, None] == arm
    ages = np.arange(longest + 1)[:, None]
    seen = np.where(late == 0, age, late)
    arrived = own.astype(float) @ ((ages == late) & (late > 0)).T.astype(float)
    return arrived, own.astype(float) @ (ages <= seen).T.astype(float)


def arrival_chance(arrived, waited, strength):
    hopes = (1.0 + 2.0 * arrived[:, 1:].sum(0)) / (4.0 + 2.0 * waited[:, 1:].sum(0))
    still = (waited - arrived)[:, 1:] + strength * (1.0 - hopes)
    left = np.cumsum(np.log(still) - np.log(waited[:, 1:] + strength), axis=1)
    return np.pad(-np.expm1(left), ((0, 0), (1, 0)))
