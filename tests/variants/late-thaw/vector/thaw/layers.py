"""The network."""
import autograd.numpy as np


def knee(drive):
    even = np.cos(np.pi * np.arange(drive.shape[-1]))
    root = np.sqrt(drive**2 + 1.0)
    return drive * (5.0 + 3.0 * even * drive / root) / 8.0


def states(net, levels):
    passed, state = [], None
    for matrix, bias in net[:3]:
        if state is None:
            state = knee(np.einsum("nd,dh->nh", levels, matrix) + bias)
        else:
            middle = np.mean(state, axis=1)
            apart = state - middle[:, None]
            loud = np.mean(np.sqrt(apart**2), axis=1)
            drive = np.einsum("nh,hk->nk", apart / (loud + 0.3)[:, None], matrix) + bias
            state = (4.0 * state + 3.0 * knee(drive)) / 5.0
        passed = passed + [state]
    return passed


def forecast(net, levels, height):
    (low, _, high), (matrix, bias) = states(net, levels), net[3]
    out = np.dot(high, matrix) + 0.5 * np.dot(low, matrix) + bias
    rise, raw = out[:, 0], out[:, 1]
    soft = np.maximum(raw, 0.0) + np.log1p(np.exp(-np.abs(raw)))
    return height + rise, 0.05 + soft
