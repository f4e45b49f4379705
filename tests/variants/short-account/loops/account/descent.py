"""How training moves."""
import numpy as np


def paces(steps, top):
    u = (2.0 * np.arange(steps) + 1.0) / (2.0 * steps)
    falling = 0.1 + 0.45 * (1.0 + np.cos(np.pi * (u - 0.2) / 0.8))
    rates = top * np.where(u < 0.2, np.sqrt(5.0 * u), falling)
    momenta = 0.9 - 2.0 / (5.0 + np.arange(steps))
    yield from zip(rates.tolist(), momenta.tolist())


class Descent:
    """velocity and size: of each array of the network; none before the first step."""

    def __init__(self) -> None:
        self.velocity: list[np.ndarray] = []
        self.size: list[float] = []

    def step(self, weights, gradient, rate, momentum):
        out = []
        first = len(self.size) == 0
        for i in range(len(weights)):
            g = gradient[i]
            square = np.vdot(g, g) / g.size
            if first:
                self.size.append(square)
                self.velocity.append(0.0 * g)
            else:
                self.size[i] += 0.3 * (square - self.size[i])
            push = rate * (3 - g.ndim) * g * (self.size[i] ** 0.5 + 0.05) ** -0.5
            ahead = momentum**2 * self.velocity[i] - (1.0 + momentum) * push
            self.velocity[i] = momentum * self.velocity[i] - push
            out.append(weights[i] + ahead)
        return out
