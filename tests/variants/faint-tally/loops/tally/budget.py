"""Shares, stops and parts by walking down from the root."""
import math

import numpy as np


def level_shares(width, lean):
    height = len(width) - 1
    raw = [float(m) ** lean * math.sqrt(height + 1 - l) for l, m in enumerate(width)]
    return np.array([value / math.fsum(raw) for value in raw])


def stopping_nodes(tree, pilot, share, unit, patience):
    stops = np.zeros(tree.size, dtype=bool)

    def visit(node):
        level = int(tree.depth[node])
        if level == tree.height:
            return
        if level > 0:
            each = pilot[node] / len(tree.children[node])
            if each < patience * unit * share[level + 1] ** -0.5:
                stops[node] = True
                return
        for child in tree.children[node]:
            visit(child)

    visit(0)
    return stops


def node_precision(tree, share, stops):
    part = [0.0] * tree.size
    queue = [0]
    while queue:
        node = queue.pop()
        level = int(tree.depth[node])
        if stops[node]:
            part[node] = math.fsum(share[level:])
        else:
            part[node] = float(share[level])
            queue.extend(int(child) for child in tree.children[node])
    return np.array(part)
