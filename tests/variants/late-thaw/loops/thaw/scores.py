"""How good forecasts are."""
import math


def widening(error, spread):
    ratios = sorted(abs(e) / b for e, b in zip(error, spread))
    k = len(ratios)
    middle = 0.5 * (ratios[(k - 1) // 2] + ratios[k // 2])
    return math.exp(k * math.log(middle / math.log(2.0)) / (k + 12))


def flood_score(height, centre, spread):
    above = below = 0.0
    for y, mu, b in zip(height, centre, spread):
        e = abs(y - mu)
        weight = 0.5 + 0.5 * math.tanh(y)
        above += weight * (e - 0.75 * b + b * math.exp(-e / b)) ** 2
        below += weight
    return math.sqrt(above / below)
