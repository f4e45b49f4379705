"""How training moves."""
import numpy as np


def layer_rates(step, steps, top, thawed, age):
    rates, above = [0.0] * len(thawed), 0
    for k in reversed(range(len(thawed))):
        if thawed[k]:
            fall = (steps / (steps + 2.0 * step)) ** 1.5
            rates[k] = top * fall * min((age[k] + 1) / 6, 1) ** 0.5 * 0.7**above
            above += 1
    return rates


class Descent:
    """momentum: two arrays for each layer; zero before the first step."""

    def __init__(self, net) -> None:
        self.momentum = [[np.zeros_like(array) for array in layer] for layer in net]

    def step(self, net, gradient, rates):
        out = []
        for k, (matrix, bias) in enumerate(net):
            fresh = rates[k] > 0.0
            keep, take = (0.8, 0.2) if fresh else (0.5, 0.0)
            self.momentum[k] = [
                keep * m + take * g for m, g in zip(self.momentum[k], gradient[k])
            ]
            if not fresh:
                out.append([matrix, bias])
                continue
            to_a, to_b = (0.6 * m + 0.4 * g for m, g in zip(self.momentum[k], gradient[k]))
            mean = (np.sum(to_a**2) + np.sum(to_b**2)) / (to_a.size + to_b.size)
            reach = 0.1 + np.linalg.norm(matrix) / matrix.size**0.5
            factor = rates[k] * reach / (0.01 + mean**0.5) ** 0.75
            out.append([matrix - factor * to_a, bias - factor * to_b])
        return out
