"""Level and scale, value by value."""
import math

import numpy as np


def weighted_median(value, weight):
    pairs = sorted(zip(value, weight))
    whole = sum(w for _, w in pairs)
    before, last = 0.0, None
    for v, w in pairs:
        here = (before + w / 2) / whole
        if here >= 0.5:
            if last is None:
                return float(v)
            return float(last[1] + (v - last[1]) * (0.5 - last[0]) / (here - last[0]))
        before += w
        last = (here, v)
    return float(last[1])


def running_level(value, half):
    out = []
    for t in range(len(value)):
        steps = [s for s in range(t - half, t + half + 1) if 0 <= s < len(value)]
        steps = [s for s in steps if not math.isnan(value[s])]
        weights = [(1 - (abs(s - t) / (half + 1)) ** 3) ** 2 for s in steps]
        out.append(weighted_median([value[s] for s in steps], weights))
    return np.array(out)


def pair_scale(rest):
    there = [r for r in rest.tolist() if r == r]
    gaps = sorted(abs(a - b) for i, a in enumerate(there) for b in there[:i])
    return 2.2 * gaps[-(-len(gaps) // 4) - 1]


def bend_spikes(rest, scale):
    limit = 2.5 * scale
    out = []
    for r in rest:
        if abs(r) > limit:
            r = math.copysign(limit * (1 + math.log(abs(r) / limit)), r)
        out.append(r)
    return np.array(out)
