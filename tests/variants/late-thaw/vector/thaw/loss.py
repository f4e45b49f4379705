"""What training lowers."""
import autograd.numpy as np


def day_weights(height):
    n = len(height)
    below = np.argsort(np.argsort(height)) / n
    weight = np.exp2(np.linspace(0.0, 1.0, n, endpoint=False)) * (1.0 + 2.0 * below**2)
    return n * weight / weight.sum()


def lopsided(height, centre, spread, weight):
    error = height - centre
    arc = np.sqrt(spread**2 + 2.0 * error**2) / spread - 1.0
    side = 0.75 * (1.0 + (error > 0.0))
    return np.mean(weight * (side * arc + np.log(spread)))


def anchor(net, home):
    far = np.array(
        [np.sum((layer[0] - origin[0]) ** 2) for layer, origin in zip(net, home)]
    )
    own = np.array([np.sum(origin[0] ** 2) for origin in home])
    return np.dot(np.array([1.0, 0.7, 0.49, 0.343]), np.sqrt(0.04 + far / own))
