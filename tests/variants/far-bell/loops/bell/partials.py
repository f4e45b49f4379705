"""Partials of a bell."""
import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Partials:
    """Partials by ascending tone (hertz), each with its fading (1/s) and weight: all (P,)."""

    tone: np.ndarray
    fading: np.ndarray
    weight: np.ndarray


def midmean(values: np.ndarray, weights: np.ndarray) -> float:
    total, upto, mean = sum(weights.tolist()), 0.0, 0.0
    for value, weight in sorted(zip(values.tolist(), weights.tolist())):
        start, upto = upto, upto + weight / total
        mean += value * max(min(upto, 0.8) - max(start, 0.2), 0.0)
    return mean / 0.6


def fit_fading(time: np.ndarray, power: np.ndarray, floor: float) -> float:
    clean = [p - floor if p - floor > p / 10 else p / 10 for p in power.tolist()]
    level = np.array([math.log(c) / 2 for c in clean])
    own = np.array([c / (c + 100 * floor) for c in clean])
    weight = own
    for _ in range(3):
        slope, start = np.polyfit(time, level, 1, w=np.sqrt(weight))
        weight = own * 0.1 / (0.1 + np.abs(level - start - slope * time))
    return float(-slope)


def gather_partials(
    tone: np.ndarray, fading: np.ndarray, weight: np.ndarray, width: float
) -> Partials:
    groups = []
    for row in sorted(zip(tone.tolist(), fading.tolist(), weight.tolist())):
        if groups and math.log(row[0] / groups[-1][-1][0]) <= width:
            groups[-1].append(row)
        else:
            groups.append([row])
    tones, fadings, weights = [], [], []
    for group in groups:
        roots = [math.sqrt(w) for _, _, w in group]
        tones.append(math.prod(t ** (root / sum(roots)) for (t, _, _), root in zip(group, roots)))
        fadings.append(midmean(np.array([r[1] for r in group]), np.array([r[2] for r in group])))
        weights.append(sum(w for _, _, w in group))
    return Partials(np.array(tones), np.array(fadings), np.array(weights))


def strike_note(partials: Partials, ratios: np.ndarray, blur: float) -> tuple[float, float]:
    total = partials.weight.sum()
    loud = [(float(nu), (w / total) ** 0.3) for nu, w in zip(partials.tone, partials.weight)]
    outcomes = []
    for nu, _ in loud:
        for ratio in ratios:
            guess = nu / ratio
            met = []
            for other in ratios:
                cents = [1200 * math.log2(tone / (guess * other)) for tone, _ in loud]
                met.append(max((g / (1 + (c / blur) ** 2), c) for (_, g), c in zip(loud, cents)))
            degrees = [degree for degree, _ in met]
            pull = sum(degree * cents for degree, cents in met) / sum(degrees)
            outcomes.append((sum(degrees) - max(degrees) / 2, guess * 2 ** (pull / 1200)))
    score, note = max(outcomes)
    return float(note), float(score)
