"""Measures step by step."""
import math


def scaled_error(coming, said, past, lag):
    error = mass = 0.0
    for i, (came, told) in enumerate(zip(coming, said), start=1):
        if not math.isnan(came):
            error += abs(came - told) / math.sqrt(i)
            mass += 1 / math.sqrt(i)
    changes = [abs(past[t] - past[t - lag]) for t in range(lag, len(past))]
    changes = [change for change in changes if not math.isnan(change)]
    return float(error / mass / (sum(changes) / len(changes)))


def interval_score(coming, low, high, level):
    scores = []
    for came, below, above in zip(coming, low, high):
        if math.isnan(came):
            continue
        miss = below - came if came < below else came - above if came > above else 0.0
        scores.append(above - below + 2 * miss / (1 - level))
    return float(sum(scores) / len(scores))
