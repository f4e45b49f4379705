"""The network."""
import autograd.numpy as np


def knee(drive):
    columns = []
    for h in range(drive.shape[1]):
        z = drive[:, h]
        bent = 3.0 / 8.0 * z * z * (1.0 + z * z) ** -0.5
        columns.append(0.625 * z - bent if h % 2 else 0.625 * z + bent)
    return np.stack(columns, axis=1)


def states(net, levels):
    first = knee(np.dot(levels, net[0][0]) + net[0][1])
    units = first.shape[1]
    centring = np.eye(units) - np.full((units, units), 1.0 / units)

    def on(state, layer):
        apart = np.dot(state, centring)
        loud = 0.3 + np.sum(np.abs(apart), axis=1) / units
        drive = np.dot(apart, layer[0]) / np.reshape(loud, (-1, 1)) + layer[1]
        return 0.6 * knee(drive) + 0.8 * state

    second = on(first, net[1])
    return [first, second, on(second, net[2])]


def forecast(net, levels, height):
    passed = states(net, levels)
    seen = passed[2] + passed[0] / 2.0
    matrix, bias = net[3]
    rise = np.dot(seen, matrix[:, 0]) + bias[0]
    raw = np.dot(seen, matrix[:, 1]) + bias[1]
    return rise + height, np.log(1.0 + np.exp(raw)) + 0.05
