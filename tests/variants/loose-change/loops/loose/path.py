"""How the box is strained, step by step."""
import math

import numpy as np


def rocking_path(
    amplitude: float, steps: int, cycles: int, flatness: float, lean: float, ease: float
) -> np.ndarray:
    out = []
    for n in range(cycles * steps + 1):
        turns = n / steps
        angle = math.tau * (turns - math.floor(turns))
        s = math.sin(angle + lean * math.sin(angle))
        height = amplitude * turns / (turns + ease)
        out.append(height * s * math.sqrt((1 + flatness) / (1 + flatness * s * s)))
    return np.array(out)


def release_path(amplitude: float, rise: int, back: int) -> np.ndarray:
    up = [n / rise for n in range(rise)]
    rising = [amplitude * (2.5 * u * math.sqrt(u) - 1.5 * u * u * math.sqrt(u)) for u in up]
    falling = [amplitude * (1 - (n / back) ** 2 / 4) for n in range(back + 1)]
    return np.array(rising + falling)
