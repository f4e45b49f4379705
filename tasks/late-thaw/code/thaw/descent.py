"""How training moves."""
import numpy as np


def layer_rates(
    step: int, steps: int, top: float, thawed: list[bool], age: list[int]
) -> list[float]:
    """Rates of the four layers, from step, number of steps, configured rate, and, by layer,
    whether it is thawed and for how many steps it has been."""
    fall = (1.0 + 2.0 * step / steps) ** -1.5
    rates = []
    for layer in range(len(thawed)):
        above = sum(thawed[layer + 1 :])
        ramp = np.sqrt(min(age[layer] + 1.0, 6.0) / 6.0)
        rates.append(top * fall * ramp * 0.7**above if thawed[layer] else 0.0)
    return rates


class Descent:
    """momentum: two arrays for each layer; zero before the first step."""

    def __init__(self, net: list[list[np.ndarray]]) -> None:
        self.momentum = [[np.zeros_like(array) for array in layer] for layer in net]

    def step(
        self,
        net: list[list[np.ndarray]],
        gradient: list[list[np.ndarray]],
        rates: list[float],
    ) -> list[list[np.ndarray]]:
        """The network after a step; the momentum is brought up to date."""
        moved = []
        for layer, slope, past, rate in zip(net, gradient, self.momentum, rates):
            if rate == 0.0:
                past[:] = [0.5 * m for m in past]
                moved.append(layer)
                continue
            past[:] = [0.8 * m + 0.2 * g for m, g in zip(past, slope)]
            ahead = [0.6 * m + 0.4 * g for m, g in zip(past, slope)]
            size = np.sqrt(np.mean(np.concatenate([a.ravel() for a in ahead]) ** 2))
            reach = 0.1 + np.sqrt(np.mean(layer[0] ** 2))
            scale = rate * reach * (size + 0.01) ** -0.75
            moved.append([array - scale * a for array, a in zip(layer, ahead)])
        return moved
