"""Shifts of all blocks at once."""
import numpy as np

from .cycle import read_cycle


def block_numbers(length, period):
    starts = np.ceil(np.arange(1, int(length // period)) * period)
    return np.searchsorted(starts, np.arange(length), side="right").astype(np.int64)


def shift_gains(rest, block, period, shape, shifts):
    time = np.flatnonzero(~np.isnan(rest))
    home = np.equal.outer(np.arange(block.max() + 1), block[time]).astype(float)
    tried = np.linspace(0.0, 1.0, shifts, endpoint=False)
    wave = read_cycle(shape, (time / period)[:, None] - tried)
    match = (home * rest[time]) @ wave
    return np.where(match > 0.0, match, 0.0) ** 2 / (home @ wave**2)


def track_shift(gain, scale, stiffness):
    shifts = gain.shape[1]
    spots = np.arange(shifts)
    apart = np.abs((spots[:, None] - spots + shifts // 2) % shifts - shifts // 2) / shifts
    merit = 0.5 * gain / scale**2
    way = []
    total = merit[0]
    for row in merit[1:]:
        table = total[:, None] - stiffness * apart**1.5
        way.insert(0, table.argmax(axis=0))
        total = table.max(axis=0) + row
    path = [total.argmax()]
    for came in way:
        path.insert(0, came[path[0]])
    return np.asarray(path) / shifts


def smooth_shift(shift, block):
    whole = np.unwrap(shift, period=1.0)
    time = np.arange(len(block))
    start = np.searchsorted(block, np.arange(len(shift)), side="left")
    end = np.searchsorted(block, np.arange(len(shift)), side="right")
    return np.interp(time, (start + end - 1) / 2.0, whole)


def block_swell(rest, block, wave):
    home = np.equal.outer(np.arange(block.max() + 1), block) & ~np.isnan(rest)
    match, power = home @ (wave * np.nan_to_num(rest)), home @ wave**2
    half = power.mean() / 2.0
    raw = (match + half * match.mean() / power.mean()) / (power + half)
    return np.convolve(np.pad(raw, 1, mode="edge"), [0.25, 0.5, 0.25], mode="valid")
