"""What a mask lets through, in bits."""
import autograd.numpy as np


def shrunken_correlation(signal):
    centred = signal - signal.mean(axis=0)
    unit = centred / np.sqrt(np.sum(centred**2, axis=0))
    raw = unit.T @ unit
    channels = len(raw)
    step = sum(raw[j, j + 1] for j in range(channels - 1)) / (channels - 1)
    out = np.empty((channels, channels))
    for i in range(channels):
        for j in range(channels):
            out[i, j] = (raw[i, j] + step ** abs(i - j)) / 2.0
    return out


def bits(mask, correlation):
    power = mask**2 / (1.0 - mask**2)
    value, vector = np.linalg.eigh(correlation)
    root = vector * np.sqrt(value)
    heard = np.eye(len(correlation)) + np.einsum("ja,mj,jb->mab", root, power, root)
    where = np.sum(np.diff(mask, axis=1) ** 2, axis=1)
    return (np.linalg.slogdet(heard)[1] / np.log(2.0) + where) / 2.0
