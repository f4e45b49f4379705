"""Readings of which a part is hidden."""
import autograd.numpy as np


def kin_weights(signal, stock):
    out = np.zeros((len(signal), len(stock)))
    for i, x in enumerate(signal):
        apart = np.array([np.mean(np.sqrt(np.abs(x - s)) ** 3) for s in stock])
        middle = np.percentile(apart, 50)
        near = (middle / (middle + apart)) ** 3
        out[i] = 0.8 * near / np.sum(near) + 0.2 / len(stock)
    return out


def obscure(mask, signal, stock, kin):
    channels = mask.shape[1]
    near = 0.75 * np.eye(channels) + 0.125 * (np.eye(channels, k=1) + np.eye(channels, k=-1))
    near[0, 0] = near[-1, -1] = 0.875
    aperture = np.dot(mask, near.T)
    usual = np.dot(kin, stock)
    closed = np.sqrt((1.0 - aperture) * (1.0 + aperture))
    versions = []
    for s in stock:
        versions.append(usual + aperture * (signal - usual) + closed * (s - usual))
    return np.stack(versions, axis=1)
