"""Partials of a bell."""
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Partials:
    """Partials by ascending tone (hertz), each with its fading (1/s) and weight: all (P,)."""

    tone: np.ndarray
    fading: np.ndarray
    weight: np.ndarray


def midmean(values: np.ndarray, weights: np.ndarray) -> float:
    """Mean of the middle of the values (n,) with weights (n,)."""
    order = np.argsort(values)
    values, share = values[order], weights[order] / weights.sum()
    upto = np.cumsum(share)
    middle = np.minimum(upto, 0.8) - np.maximum(upto - share, 0.2)
    return float(np.average(values, weights=np.maximum(middle, 0.0)))


def fit_fading(time: np.ndarray, power: np.ndarray, floor: float) -> float:
    """Fading (1/s) of a tone with power (n,) at time (n,) above a floor."""
    clean = np.maximum(power - floor, 0.1 * power)
    level = 0.5 * np.log(clean)
    weight = clean / (clean + 100.0 * floor)
    for _ in range(3):
        middle = np.average(time, weights=weight)
        spread = weight @ (time - middle) ** 2
        slope = (weight * (time - middle)) @ level / spread
        miss = level - np.average(level, weights=weight) - slope * (time - middle)
        weight = clean / (clean + 100.0 * floor) / (1.0 + np.abs(miss) / 0.1)
    return float(-slope)


def gather_partials(
    tone: np.ndarray, fading: np.ndarray, weight: np.ndarray, width: float
) -> Partials:
    """Partials from the tones, fadings and weights (n,) of tracks."""
    order = np.argsort(tone)
    tone, fading, weight = tone[order], fading[order], weight[order]
    groups = np.split(np.arange(len(tone)), np.flatnonzero(np.diff(np.log(tone)) > width) + 1)
    rows = []
    for group in groups:
        heavy = weight[group]
        mean = np.exp(np.average(np.log(tone[group]), weights=np.sqrt(heavy)))
        rows.append([mean, midmean(fading[group], heavy), heavy.sum()])
    return Partials(*np.array(rows).T)


def strike_note(partials: Partials, ratios: np.ndarray, blur: float) -> tuple[float, float]:
    """Note (hertz) that the partials suggest, and how well, by ratios (R,) of bells."""
    share = (partials.weight / partials.weight.sum()) ** 0.3
    best = (0.0, -np.inf)
    for guess in np.divide.outer(partials.tone, ratios).ravel():
        cents = 1200.0 * np.log2(np.divide.outer(partials.tone / guess, ratios))
        close = share[:, None] / (1.0 + (cents / blur) ** 2)
        fits = close.max(axis=0)
        score = fits.sum() - 0.5 * fits.max()
        if score > best[1]:
            which = close.argmax(axis=0)
            pull = np.average(cents[which, np.arange(len(ratios))], weights=fits)
            best = (guess * 2.0 ** (pull / 1200.0), score)
    return best
