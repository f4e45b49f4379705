"""Samples that are wrong, and what is put in their place."""
import math
import statistics

import numpy as np


def wrong_samples(signal: np.ndarray, block: int, bar: float) -> np.ndarray:
    x, count = signal.tolist(), len(signal)
    bend = [0.0] + [abs(x[n] - (x[n - 1] + x[n + 1]) / 2) for n in range(1, count - 1)] + [0.0]
    blocks = count // block
    ends = [block * (b + 1) for b in range(blocks - 1)] + [count]
    scale = [statistics.median(bend[block * b : ends[b]]) for b in range(blocks)]
    wrong = [False] * count
    for b in range(blocks):
        below, above = scale[max(b - 1, 0)], scale[min(b + 1, blocks - 1)]
        most = bar * max(scale[b], math.sqrt(below * above))
        for n in range(block * b, ends[b]):
            wrong[n] = bend[n] > most
    run = 0
    for n in range(count + 1):
        if n < count and x[n] == 0:
            run += 1
            continue
        if run >= 3:
            wrong[n - run : n] = [True] * run
        run = 0
    return np.array(wrong)


def mend(signal: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    x, n, last = signal.tolist(), 0, len(signal) - 1
    while n <= last:
        if not wrong[n]:
            n += 1
            continue
        end = n
        while wrong[end]:
            end += 1
        length, new = end - n, []
        for k in range(1, length + 1):
            back = length + 1 - k
            u = x[n - 1] + 0.9**k * (x[n - 1] - x[max(n - 1 - k, 0)])
            v = x[end] + 0.9**back * (x[end] - x[min(end + back, last)])
            new.append((u * back**1.5 + v * k**1.5) / (back**1.5 + k**1.5))
        x[n:end] = new
        n = end
    return np.array(x)
