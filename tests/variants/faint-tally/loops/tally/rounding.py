"""Handing out persons one at a time."""
import math

import numpy as np


def round_family(value, total):
    whole = [math.floor(v) for v in value]
    claims = {c: (v - f) / (f + 1) for c, (v, f) in enumerate(zip(value, whole))}
    for _ in range(round(total) - sum(whole)):
        best = max(claims, key=lambda c: (claims[c], -c))
        whole[best] += 1
        del claims[best]
    return np.array(whole, dtype=float)


def round_tree(tree, value):
    out = [0.0] * tree.size
    out[0] = float(math.floor(value[0] + 0.5))
    for v in range(tree.size):
        kids = tree.children[v]
        if len(kids) == 0:
            continue
        scale = out[v] / value[v] if value[v] > 0 else 0.0
        for kid, whole in zip(kids, round_family([value[c] * scale for c in kids], out[v])):
            out[kid] = whole
    return np.array(out)
