"""Shifts block by block."""
import math

import numpy as np

from .cycle import read_cycle


def block_numbers(length, period):
    last = math.floor(length / period) - 1
    return np.array([min(math.floor(t / period), last) for t in range(length)], dtype=np.int64)


def steps_of(rest, block):
    """The steps of each block that are there."""
    steps = [[] for _ in range(int(block[-1]) + 1)]
    for t, home in enumerate(block):
        if not math.isnan(rest[t]):
            steps[home].append(t)
    return steps


def shift_gains(rest, block, period, shape, shifts):
    steps = steps_of(rest, block)
    gain = np.zeros((len(steps), shifts))
    for home, those in enumerate(steps):
        value = np.array([rest[t] for t in those])
        for k in range(shifts):
            wave = read_cycle(shape, np.array([t / period - k / shifts for t in those]))
            match = wave @ value
            gain[home, k] = match**2 / (wave @ wave) if match > 0 else 0.0
    return gain


def track_shift(gain, scale, stiffness):
    blocks, shifts = gain.shape

    def toll(k, l):
        away = abs(k - l)
        return stiffness * (min(away, shifts - away) / shifts) ** 1.5

    value = [[g / (2 * scale * scale) for g in gain[0]]]
    came = []
    for row in gain[1:]:
        best, way = [], []
        for l in range(shifts):
            from_, most = 0, value[-1][0] - toll(0, l)
            for k in range(1, shifts):
                if value[-1][k] - toll(k, l) > most:
                    from_, most = k, value[-1][k] - toll(k, l)
            best.append(most + row[l] / (2 * scale * scale))
            way.append(from_)
        value.append(best)
        came.append(way)
    path = [value[-1].index(max(value[-1]))]
    for way in reversed(came):
        path.append(way[path[-1]])
    return np.array(path[::-1]) / shifts


def smooth_shift(shift, block):
    whole = [float(shift[0])]
    for now, then in zip(shift[1:], shift[:-1]):
        change = now - then
        while change > 0.5:
            change -= 1.0
        while change < -0.5:
            change += 1.0
        whole.append(whole[-1] + change)
    middle = []
    for home in range(len(shift)):
        those = [t for t, own in enumerate(block) if own == home]
        middle.append(sum(those) / len(those))
    out, at = [], 0
    for t in range(len(block)):
        while at < len(middle) and middle[at] <= t:
            at += 1
        if at == 0 or at == len(middle):
            out.append(whole[max(at - 1, 0)])
        else:
            part = (t - middle[at - 1]) / (middle[at] - middle[at - 1])
            out.append((1 - part) * whole[at - 1] + part * whole[at])
    return np.array(out)


def block_swell(rest, block, wave):
    match, power = [], []
    for those in steps_of(rest, block):
        match.append(sum(wave[t] * rest[t] for t in those))
        power.append(sum(wave[t] ** 2 for t in those))
    usual = sum(power) / len(power)
    extra = sum(match) / sum(power) * usual / 2
    raw = [(m + extra) / (p + usual / 2) for m, p in zip(match, power)]
    last = len(raw) - 1
    return np.array(
        [(raw[max(b - 1, 0)] + 2 * raw[b] + raw[min(b + 1, last)]) / 4 for b in range(len(raw))]
    )
