"""Noise from tables."""
import numpy as np


def mix_words(word):
    z = np.add(word, np.uint64(0x9E3779B97F4A7C15))
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        z = np.multiply(np.bitwise_xor(z, np.right_shift(z, np.uint64(shift))), np.uint64(factor))
    return np.bitwise_xor(z, np.right_shift(z, np.uint64(31)))


def node_uniforms(key, turn, nodes):
    start = mix_words(mix_words(np.array([key], dtype=np.uint64)) ^ np.uint64(turn))
    last = mix_words(start ^ np.arange(nodes).astype(np.uint64))
    return np.ldexp((last >> np.uint64(12)).astype(float) + 0.5, -52)


def discrete_gaussian(uniform, variance):
    reach = np.ceil(np.sqrt(variance) * 80.0)
    most = int(reach.max())
    steps = np.arange(-most, most + 1)
    mass = np.exp(-0.5 * (steps / 8.0) ** 2 / variance[:, None])
    mass[np.abs(steps) > reach[:, None]] = 0.0
    ladder = np.cumsum(mass, axis=1)
    passed = ladder < uniform[:, None] * mass.sum(axis=1, keepdims=True)
    return (passed.sum(axis=1) - most) * 0.125
