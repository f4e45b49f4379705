"""How training moves."""
from collections.abc import Iterator

import numpy as np


def paces(steps: int, top: float) -> Iterator[tuple[float, float]]:
    """Yield the rate and the momentum of each step."""
    for k in range(steps):
        done = (k + 0.5) / steps
        if done < 0.2:
            rate = np.sqrt(done / 0.2)
        else:
            rate = 0.1 + 0.9 * np.cos(np.pi / 2.0 * (done - 0.2) / 0.8) ** 2
        yield top * rate, 0.9 - 0.4 / (1.0 + k / 5.0)


class Descent:
    """velocity and size: of each array of the network; none before the first step."""

    def __init__(self) -> None:
        self.velocity: list[np.ndarray] = []
        self.size: list[float] = []

    def step(
        self, weights: list[np.ndarray], gradient: list[np.ndarray], rate: float, momentum: float
    ) -> list[np.ndarray]:
        """The network's arrays after a step; velocity and size are brought up to date."""
        square = [np.mean(g**2) for g in gradient]
        if not self.size:
            self.size = square
            self.velocity = [np.zeros_like(w) for w in weights]
        self.size = [0.7 * old + 0.3 * new for old, new in zip(self.size, square)]
        moved = []
        for i, (w, g) in enumerate(zip(weights, gradient)):
            eager = 2.0 if w.ndim == 1 else 1.0
            push = eager * rate * g / np.sqrt(np.sqrt(self.size[i]) + 0.05)
            self.velocity[i] = momentum * self.velocity[i] - push
            moved.append(w + momentum * self.velocity[i] - push)
        return moved
