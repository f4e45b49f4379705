"""Level and scale value by value."""
import math

import numpy as np


def weighted_median(value, weight):
    ranked = sorted(zip(value, weight), key=lambda pair: pair[0])
    whole, before = float(sum(weight)), 0.0
    earlier = None
    for v, w in ranked:
        at = (before + w / 2) / whole
        if at >= 0.5:
            if earlier is None:
                return float(v)
            part = (0.5 - earlier[0]) / (at - earlier[0])
            return float(earlier[1] + part * (v - earlier[1]))
        earlier = at, v
        before += w
    return float(earlier[1])


def running_level(value, half):
    out = []
    for t in range(len(value)):
        near = range(max(t - half, 0), min(t + half + 1, len(value)))
        there = [s for s in near if not math.isnan(value[s])]
        weight = [(1 - (abs(s - t) / (half + 1)) ** 3) ** 2 for s in there]
        out.append(weighted_median([value[s] for s in there], weight))
    return np.array(out)


def pair_scale(rest):
    ranked = np.sort([value for value in rest if not math.isnan(value)])
    # All differences of a sorted series, one distance of ranks after the other.
    gaps = [ranked[step:] - ranked[:-step] for step in range(1, len(ranked))]
    gaps = np.sort(np.concatenate(gaps))
    number = -(-len(gaps) // 4)
    return float(2.2 * gaps[number - 1])


def bend_spikes(rest, scale):
    limit = 2.5 * scale
    out = np.array(rest, dtype=float)
    for t, value in enumerate(out):
        if abs(value) > limit:
            out[t] = math.copysign(limit * (1 + math.log(abs(value) / limit)), value)
    return out
