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
    order = np.argsort(values)
    edges = np.concatenate([[0.0], np.cumsum(weights[order])]) / weights.sum()
    widths = np.diff(np.clip(edges, 0.2, 0.8))
    return float(widths @ values[order] / widths.sum())


def fit_fading(time: np.ndarray, power: np.ndarray, floor: float) -> float:
    clean = np.where(0.9 * power > floor, power - floor, power / 10.0)
    design = np.column_stack([np.ones(len(time)), time])
    own = clean / (clean + 100.0 * floor)
    root = np.sqrt(own)
    for _ in range(3):
        line = np.linalg.lstsq(design * root[:, None], 0.5 * np.log(clean) * root, rcond=None)[0]
        miss = np.abs(0.5 * np.log(clean) - design @ line)
        root = np.sqrt(own / (1.0 + 10.0 * miss))
    return float(-line[1])


def gather_partials(
    tone: np.ndarray, fading: np.ndarray, weight: np.ndarray, width: float
) -> Partials:
    order = np.argsort(tone)
    logs = np.log(tone[order])
    group = np.concatenate([[0], np.cumsum(np.diff(logs) > width)])
    member = group == np.arange(group[-1] + 1)[:, None]
    root = member * np.sqrt(weight[order])
    middle = [midmean(fading[order][row], weight[order][row]) for row in member]
    tones = np.exp(root @ logs / root.sum(axis=1))
    return Partials(tones, np.array(middle), member @ weight[order])


def strike_note(partials: Partials, ratios: np.ndarray, blur: float) -> tuple[float, float]:
    g = (partials.weight / partials.weight.sum()) ** 0.3
    tone, other = np.log2(partials.tone), np.log2(ratios)
    guess = (tone[:, None] - other).ravel()
    cents = 1200.0 * (tone[None, :, None] - guess[:, None, None] - other)
    degree = g[None, :, None] / (1.0 + np.square(cents / blur))
    which = np.argmax(degree, axis=1)[:, None, :]
    met = np.take_along_axis(degree, which, axis=1)[:, 0]
    away = np.take_along_axis(cents, which, axis=1)[:, 0]
    score = met.sum(axis=1) - 0.5 * met.max(axis=1)
    best = np.argmax(score)
    pull = met[best] @ away[best] / met[best].sum()
    return float(2.0 ** (guess[best] + pull / 1200.0)), float(score[best])
