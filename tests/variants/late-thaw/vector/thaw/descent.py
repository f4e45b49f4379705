"""How training moves."""
import numpy as np


def layer_rates(step, steps, top, thawed, age):
    warm = np.array(thawed, dtype=float)
    above = np.cumsum(warm[::-1])[::-1] - warm
    ramp = np.sqrt(np.clip((np.array(age) + 1.0) / 6.0, 0.0, 1.0))
    fall = np.sqrt(1.0 + 2.0 * step / steps) ** 3
    return list(top * warm * ramp * np.power(0.7, above) / fall)


class Descent:
    """momentum: two arrays for each layer; zero before the first step."""

    def __init__(self, net) -> None:
        self.momentum = [[np.zeros_like(array) for array in layer] for layer in net]

    def step(self, net, gradient, rates):
        moved = []
        for k, rate in enumerate(rates):
            matrix, bias = net[k]
            # Matrix and bias in one array, the bias as its last row.
            old = np.vstack([matrix, bias])
            past = np.vstack(self.momentum[k])
            slope = np.vstack(gradient[k])
            past = 0.8 * past + 0.2 * slope if rate else past / 2.0
            self.momentum[k] = [past[:-1], past[-1]]
            ahead = 0.6 * past + 0.4 * slope
            power = (np.sqrt(np.mean(ahead * ahead)) + 0.01) ** -0.75
            reach = np.sqrt(np.mean(matrix * matrix)) + 0.1
            new = old - rate * reach * power * ahead
            moved.append([new[:-1], new[-1]])
        return moved
