"""Measures step by step."""
import math


def scaled_error(coming, said, past, lag):
    usual = [abs(b - a) for a, b in zip(past, past[lag:]) if a == a and b == b]
    total = mass = 0.0
    for i, (x, f) in enumerate(zip(coming, said), start=1):
        if x == x:
            total += abs(x - f) / math.sqrt(i)
            mass += 1 / math.sqrt(i)
    return float(total / mass * len(usual) / sum(usual))


def interval_score(coming, low, high, level):
    scores = []
    for x, a, b in zip(coming, low, high):
        if x == x:
            miss = a - x if x < a else x - b if x > b else 0.0
            scores.append(b - a + 2 * miss / (1 - level))
    return float(sum(scores) / len(scores))
