"""Noise with all variances side by side."""
import numpy as np

STEP = np.uint64(0x9E3779B97F4A7C15)
TIMES = np.array([0xBF58476D1CE4E5B9, 0x94D049BB133111EB], dtype=np.uint64)


def mix_words(word):
    z = np.add(word, STEP)
    for shift, factor in zip((30, 27), TIMES):
        z = np.multiply(np.bitwise_xor(z, np.right_shift(z, np.uint64(shift))), factor)
    return np.bitwise_xor(z, np.right_shift(z, np.uint64(31)))


def node_uniforms(key, turn, nodes):
    z = np.array([key], dtype=np.uint64)
    z = mix_words(mix_words(z) ^ np.array([turn], dtype=np.uint64))
    z = mix_words(np.repeat(z, nodes) ^ np.arange(nodes, dtype=np.uint64))
    return np.ldexp((z // np.uint64(4096)).astype(np.float64) + 0.5, -52)


def discrete_gaussian(uniform, variance):
    reach = np.ceil(80.0 * np.sqrt(variance))
    k = np.arange(-reach.max(), reach.max() + 1.0)
    mass = np.exp(-0.5 * (k[None, :] / 8.0) ** 2 / variance[:, None])
    mass[np.abs(k)[None, :] > reach[:, None]] = 0.0
    below = np.cumsum(mass, axis=1) < uniform[:, None] * mass.sum(axis=1, keepdims=True)
    return k[below.sum(axis=1)] / 8.0
