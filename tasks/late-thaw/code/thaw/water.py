"""What weather makes of snow and ground, day by day."""
import numpy as np


def snow(temperature: np.ndarray, rain: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Snow pack (D,) at the end of each day, and water (D,) that the day brought to the ground."""
    frozen = rain / (1.0 + np.exp((temperature - 1.0) / 0.8))
    warmth = 2.5 * np.maximum(temperature + 0.5, 0.0) ** 1.2
    pack, packs, melts = 40.0, [], []
    for snowfall, most in zip(frozen, warmth):
        pack = pack + snowfall
        melt = pack * most / (pack + most + 1.0)
        pack = pack - melt
        packs.append(pack)
        melts.append(melt)
    return np.array(packs), rain - frozen + np.array(melts)


def wetness(water: np.ndarray) -> np.ndarray:
    """How wet the ground is (D,), from the water (D,) that each day brings."""
    wet = np.empty(len(water))
    wet[0] = water[:7].mean()
    for t in range(1, len(water)):
        pace = 0.5 if water[t] > wet[t - 1] else 0.15
        wet[t] = wet[t - 1] + pace * (water[t] - wet[t - 1])
    return wet


def heights(flow: np.ndarray, usual: float) -> np.ndarray:
    """Heights of the river from its flow, both (D,), with the usual flow."""
    return ((flow / usual) ** 0.3 - 1.0) / 0.3


def day_columns(temperature: np.ndarray, rain: np.ndarray, height: np.ndarray) -> np.ndarray:
    """Columns (D - 3, 8) of the days from day 3 on, from daily values (D,)."""
    pack, water = snow(temperature, rain)
    before = (temperature[:-3] + temperature[1:-2] + temperature[2:-1]) / 3.0
    fallen = rain[3:] + 0.5 * rain[2:-1] + 0.25 * rain[1:-2]
    columns = [
        temperature[3:],
        temperature[3:] - before,
        np.log1p(pack[3:]),
        np.sqrt(water[3:]),
        np.log1p(wetness(water)[3:]),
        height[3:],
        height[3:] - height[2:-1],
        np.log1p(fallen),
    ]
    return np.stack(columns, axis=1)
