"""Where the level jumps."""
import numpy as np


def best_split(value: np.ndarray, least: int) -> tuple[int, float]:
    """Where to split a series (m,) without gaps, and what is gained; -1 and 0 if it is short."""
    size = len(value)
    if size < 2 * least:
        return -1, 0.0
    sums = np.cumsum(value)
    left = np.arange(least, size - least + 1)
    right = size - left
    gap = sums[left - 1] / left - (sums[-1] - sums[left - 1]) / right
    gain = gap**2 * left * right / size
    best = int(np.argmax(gain))
    return int(left[best]), float(gain[best])


def step_levels(value: np.ndarray, least: int, price: float) -> np.ndarray:
    """Level (m,) of a series (m,) without gaps, which jumps where it pays."""
    middle = value.mean()
    place, gain = best_split(value, least)
    due = price * np.log(len(value))
    if place < 0 or gain <= due:
        return np.full(len(value), middle)
    before = step_levels(value[:place], least, price)
    after = step_levels(value[place:], least, price)
    return middle + (1.0 - due / gain) * (np.concatenate([before, after]) - middle)
