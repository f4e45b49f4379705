"""What weather makes of snow and ground, day by day."""
from itertools import accumulate

import numpy as np


def snow(temperature, rain):
    cold = 1.0 / (1.0 + np.exp(1.25 * temperature - 1.25))
    white = cold * rain
    could = 2.5 * np.power(np.clip(temperature + 0.5, 0.0, None), 1.2)

    def after(pack, day):
        fresh, most = day
        full = pack + fresh
        return full * (full + 1.0) / (full + most + 1.0)

    ends = np.array(list(accumulate(zip(white, could), after, initial=40.0)))
    # What is no longer there has melted, and left with the rain that wasn't snow.
    return ends[1:], rain + ends[:-1] - ends[1:]


def wetness(water):
    def after(wet, today):
        return wet + max(0.5 * (today - wet), 0.15 * (today - wet))

    return np.array(list(accumulate(water[1:], after, initial=np.mean(water[0:7]))))


def heights(flow, usual):
    return (np.exp(0.3 * np.log(flow / usual)) - 1.0) * (1.0 / 0.3)


def day_columns(temperature, rain, height):
    pack, water = snow(temperature, rain)
    before = np.convolve(temperature, np.full(3, 1.0 / 3.0), mode="valid")[:-1]
    fallen = np.convolve(rain, [1.0, 0.5, 0.25], mode="full")[: len(rain)]
    whole = np.vstack(
        [temperature, temperature, pack, water, wetness(water), height, height, fallen]
    )[:, 3:]
    whole[1] -= before
    whole[[2, 4, 7]] = np.log1p(whole[[2, 4, 7]])
    whole[3] **= 0.5
    whole[6] = np.diff(height)[2:]
    return whole.T.copy()
