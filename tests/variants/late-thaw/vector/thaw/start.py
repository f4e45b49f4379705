"""Where the first training starts."""
import numpy as np


def starting_net(draws, levels, rise):
    units = len(draws[1])
    size = np.linalg.norm(levels @ draws[0], axis=0) / len(levels) ** 0.5
    first = draws[0] @ np.diag(1.0 / size)
    shares = (2.0 * np.arange(units) + 1.0) / (2.0 * units)
    knees = np.diag(np.quantile(levels @ first, shares, axis=0))
    net = [[first, -knees]]
    for draw in draws[1:3]:
        skew = draw + draw.T / 2.0
        # Gram's matrix is R'R with a positive diagonal, and Q what R leaves.
        upper = np.linalg.cholesky(skew.T @ skew).T
        basis = skew @ np.linalg.inv(upper)
        # Once more for precision.
        basis = basis @ np.linalg.inv(np.linalg.cholesky(basis.T @ basis).T)
        net.append([0.7 * basis, np.zeros(units)])
    spread = np.mean(np.abs(rise - rise.mean()))
    raw = spread - 0.05
    head = np.array([rise.mean(), raw + np.log(-np.expm1(-raw))])
    return net + [[draws[3] / np.sqrt(25.0 * units), head]]
