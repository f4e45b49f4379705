"""What weather makes of snow and ground, day by day."""
import math

import numpy as np


def snow(temperature, rain):
    packs, water = np.zeros(len(rain)), np.zeros(len(rain))
    pack = 40.0
    for t, (degrees, wet) in enumerate(zip(temperature, rain)):
        white = wet * 0.5 * (1.0 - math.tanh((degrees - 1.0) / 1.6))
        pack += white
        could = 2.5 * (degrees + 0.5) ** 1.2 if degrees > -0.5 else 0.0
        melt = could * pack / (1.0 + could + pack)
        pack -= melt
        packs[t], water[t] = pack, wet - white + melt
    return packs, water


def wetness(water):
    days = [sum(water[:7]) / 7.0]
    for today in water[1:]:
        before = days[-1]
        days.append(0.5 * (before + today) if today > before else 0.85 * before + 0.15 * today)
    return np.array(days)


def heights(flow, usual):
    return (10.0 / 3.0) * np.expm1(0.3 * (np.log(flow) - np.log(usual)))


def day_columns(temperature, rain, height):
    pack, water = snow(temperature, rain)
    wet = wetness(water)
    table = []
    for t in range(3, len(rain)):
        table.append(
            [
                temperature[t],
                temperature[t] - sum(temperature[t - k] for k in (1, 2, 3)) / 3.0,
                math.log(1.0 + pack[t]),
                water[t] ** 0.5,
                math.log(1.0 + wet[t]),
                height[t],
                height[t] - height[t - 1],
                math.log(1.0 + sum(rain[t - k] / 2**k for k in (0, 1, 2))),
            ]
        )
    return np.array(table)
