"""Where the first training starts."""
import numpy as np


def starting_net(
    draws: list[np.ndarray], levels: np.ndarray, rise: np.ndarray
) -> list[list[np.ndarray]]:
    """The four layers before training, from normal draws, levels (n, d) and rises (n,)."""
    units = draws[1].shape[0]
    drive = levels @ draws[0]
    first = draws[0] / np.sqrt(np.mean(drive**2, axis=0))
    share = (np.arange(units) + 0.5) / units
    bias = [-np.quantile(levels @ first[:, h], share[h]) for h in range(units)]
    net = [[first, np.array(bias)]]
    for draw in draws[1:3]:
        basis, upper = np.linalg.qr(draw + 0.5 * draw.T)
        net.append([0.7 * basis * np.sign(np.diag(upper)), np.zeros(units)])
    middle = np.mean(rise)
    spread = np.mean(np.abs(rise - middle)) - 0.05
    net.append([0.2 * draws[3] / np.sqrt(units), np.array([middle, np.log(np.expm1(spread))])])
    return net
