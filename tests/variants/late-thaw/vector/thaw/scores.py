"""How good forecasts are."""
import numpy as np


def widening(error, spread):
    count = np.size(error)
    rho = np.quantile(np.abs(error / spread), 0.5) / np.log(2.0)
    return float(rho * rho ** (-12.0 / (count + 12.0)))


def flood_score(height, centre, spread):
    z = np.abs(height - centre) / spread
    score = spread * (z + np.expm1(-z) + 0.25)
    weight = np.exp(-np.logaddexp(0.0, -2.0 * height))
    return float(np.average(score**2, weights=weight) ** 0.5)
