"""How long what was seen stays true."""
import numpy as np


def memories(arm, value, trust, arms, usual):
    out = []
    for k in range(arms):
        x, f = value[arm == k], trust[arm == k]
        if len(x) < 3:
            out.append(usual)
            continue
        scatter = np.average((x - np.average(x, weights=f)) ** 2, weights=f)
        steps = np.average((x[1:] - x[:-1]) ** 2, weights=f[:-1])
        out.append(usual * ((steps / 2.0 + 0.004) / (scatter + 0.004)) ** 1.5)
    return np.array(out)


def fade(age, memory):
    return (memory / (memory + age)) ** 2


def forget(trust, arm, which, mark, keep):
    after = trust.copy()
    for s in range(min(mark, len(arm))):
        after[s] *= keep if arm[s] == which else keep**0.5**2
    return after
