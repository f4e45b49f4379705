"""Noise with Python's whole numbers, walking up the ladder of chances."""
import bisect
import itertools
import math

import numpy as np

WORD = 2**64


def scrambled(z):
    z = (z + 0x9E3779B97F4A7C15) % WORD
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % WORD
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % WORD
    return z ^ (z >> 31)


def mix_words(word):
    return np.array([scrambled(int(z)) for z in word], dtype=np.uint64)


def node_uniforms(key, turn, nodes):
    start = scrambled(scrambled(key) ^ turn)
    return np.array([((scrambled(start ^ v) >> 12) + 0.5) / 2**52 for v in range(nodes)])


def ladder(variance):
    reach = math.ceil(10 * 8 * math.sqrt(variance))
    mass = [math.exp(-(k * k) / (2 * 64 * variance)) for k in range(-reach, reach + 1)]
    whole = math.fsum(mass)
    return reach, list(itertools.accumulate(m / whole for m in mass))


def discrete_gaussian(uniform, variance):
    known = {}
    out = []
    for u, value in zip(uniform, variance):
        if value not in known:
            known[value] = ladder(value)
        reach, chances = known[value]
        out.append((bisect.bisect_left(chances, u) - reach) / 8)
    return np.array(out)
