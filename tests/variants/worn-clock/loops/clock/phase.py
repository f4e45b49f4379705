"""Shifts block by block."""
import math

import numpy as np

from .cycle import read_cycle


def block_numbers(length, period):
    whole = int(length / period)
    return np.array([min(int(t / period), whole - 1) for t in range(length)], dtype=np.int64)


def shift_gains(rest, block, period, shape, shifts):
    blocks = [[] for _ in range(max(block) + 1)]
    for t, (r, b) in enumerate(zip(rest, block)):
        if not math.isnan(r):
            blocks[b].append((t, r))
    gain = np.zeros((len(blocks), shifts))
    for b, steps in enumerate(blocks):
        for k in range(shifts):
            wave = read_cycle(shape, [t / period - k / shifts for t, _ in steps])
            match = sum(z * r for z, (_, r) in zip(wave, steps))
            if match > 0:
                gain[b, k] = match**2 / sum(z * z for z in wave)
    return gain


def track_shift(gain, scale, stiffness):
    blocks, shifts = gain.shape

    def toll(a, b):
        apart = abs(a - b) / shifts
        return stiffness * min(apart, 1 - apart) ** 1.5

    # best[b][k]: merit of the best continuation from shift k of block b, told backwards.
    paths = [(gain[0, k] / (2 * scale**2), [k]) for k in range(shifts)]
    for b in range(1, blocks):
        longer = []
        for k in range(shifts):
            merit, path = max(
                ((m - toll(p[-1], k), p) for m, p in paths), key=lambda mp: (mp[0], -mp[1][-1])
            )
            longer.append((merit + gain[b, k] / (2 * scale**2), path + [k]))
        paths = longer
    _, path = max(paths, key=lambda mp: (mp[0], -mp[1][-1]))
    return np.array([k / shifts for k in path])


def smooth_shift(shift, block):
    whole = [shift[0]]
    for before, after in zip(shift, shift[1:]):
        change = (after - before + 0.5) % 1.0 - 0.5
        whole.append(whole[-1] + change)
    middle = []
    for b in range(len(shift)):
        steps = [t for t, home in enumerate(block) if home == b]
        middle.append((steps[0] + steps[-1]) / 2)
    out = []
    for t in range(len(block)):
        if t <= middle[0]:
            out.append(whole[0])
        elif t >= middle[-1]:
            out.append(whole[-1])
        else:
            b = max(i for i, m in enumerate(middle) if m <= t)
            part = (t - middle[b]) / (middle[b + 1] - middle[b])
            out.append(whole[b] + part * (whole[b + 1] - whole[b]))
    return np.array(out)


def block_swell(rest, block, wave):
    blocks = max(block) + 1
    match, power = [0.0] * blocks, [0.0] * blocks
    for r, b, z in zip(rest, block, wave):
        if not math.isnan(r):
            match[b] += z * r
            power[b] += z * z
    half = sum(power) / blocks / 2
    usual = sum(match) / sum(power)
    raw = [(m + usual * half) / (p + half) for m, p in zip(match, power)]
    out = []
    for b in range(blocks):
        around = raw[max(b - 1, 0)] + raw[min(b + 1, blocks - 1)]
        out.append(raw[b] / 2 + around / 4)
    return np.array(out)
