"""The network that is kept, from the way of its training."""
import numpy as np


def settle(way: list[list[list[np.ndarray]]]) -> list[list[np.ndarray]]:
    """The settled network, from the networks before the first and after each of the steps."""
    settled = []
    for layer in range(len(way[0])):
        flat = np.array([np.concatenate([a.ravel() for a in net[layer]]) for net in way])
        length = np.sqrt(np.sum(np.diff(flat, axis=0) ** 2, axis=1)).sum()
        apart = np.sqrt(np.sum((flat[-1] - flat[0]) ** 2))
        keep = np.sqrt(apart / length) if length > 0.0 else 1.0
        home, last = way[0][layer], way[-1][layer]
        settled.append([a + keep * (b - a) for a, b in zip(home, last)])
    return settled
