"""How long what was seen stays true."""
import numpy as np


def memories(arm, value, trust, arms, usual):
    memory = np.full(arms, float(usual))
    own = arm == np.arange(arms)[:, None]
    for k in np.flatnonzero(own.sum(axis=1) > 2):
        f, x = trust[own[k]], value[own[k]]
        share = f / f.sum()
        scatter = share @ x**2 - (share @ x) ** 2
        pairs = f[:-1] @ np.ediff1d(x) ** 2 / (2.0 * f[:-1].sum())
        memory[k] *= np.sqrt((pairs + 0.004) / (scatter + 0.004)) ** 3
    return memory


def fade(age, memory):
    return np.exp(-2.0 * np.log1p(age / memory))


def forget(trust, arm, which, mark, keep):
    power = np.where(np.equal(arm, which), 1.0, 0.25)
    power[mark:] = 0.0
    return trust * np.power(keep, power)
