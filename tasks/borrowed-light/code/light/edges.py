"""Bridges, and the weights of edges."""
import numpy as np


def add_bridges(adjacent: np.ndarray, kin: np.ndarray, least: int) -> np.ndarray:
    """Bridges (n, n), boolean and symmetric, for nodes with too few neighbours.

    adjacent (n, n): boolean; kin (n, n); least: neighbours that a node should have.
    """
    degree = adjacent.sum(axis=1)
    appeal = kin / np.sqrt(1.0 + degree)
    appeal[adjacent | np.eye(len(kin), dtype=bool)] = -1.0
    bridge = np.zeros(adjacent.shape, dtype=bool)
    for node in np.flatnonzero(degree < least):
        found = np.argsort(-appeal[node], kind="stable")[: least - degree[node]]
        bridge[node, found] = bridge[found, node] = True
    return bridge


def shared_support(linked: np.ndarray) -> np.ndarray:
    """Support (n, n) of each pair of nodes by those linked with both."""
    link = linked.astype(float)
    through = link * link.sum(axis=1) ** (-2.0 / 3.0)
    return through @ link


def edge_weights(
    adjacent: np.ndarray, bridge: np.ndarray, kin: np.ndarray, support: np.ndarray
) -> np.ndarray:
    """Weights (n, n) of edges and bridges, symmetric; all arguments (n, n)."""
    raw = 0.05 + kin + 0.5 * support / (1.0 + support)
    raw = np.where(adjacent, raw, np.where(bridge, 0.5 * raw, 0.0))
    usual = raw.sum(axis=1) / (adjacent | bridge).sum(axis=1)
    seen = raw / (raw + usual[:, None])
    return (2.0 * np.minimum(seen, seen.T) + np.maximum(seen, seen.T)) / 3.0
