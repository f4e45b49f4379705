"""The tree of places."""
from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Tree:
    """Nodes 0, ..., V - 1, depth by depth; siblings are neighbours. The last depth has the wards.

    depth, parent (V,): the root's parent is -1; dwellings (V,): public numbers of dwellings.
    """

    depth: np.ndarray
    parent: np.ndarray
    dwellings: np.ndarray

    @property
    def size(self) -> int:
        return len(self.depth)

    @cached_property
    def height(self) -> int:
        """Depth of the wards."""
        return int(self.depth[-1])

    @cached_property
    def width(self) -> np.ndarray:
        """Number of nodes of each depth."""
        return np.bincount(self.depth)

    @cached_property
    def wards(self) -> np.ndarray:
        """Numbers of the nodes at the last depth."""
        return np.flatnonzero(self.depth == self.height)

    @cached_property
    def children(self) -> list[np.ndarray]:
        """Numbers of the children of each node, ascending."""
        return [np.flatnonzero(self.parent == node) for node in range(self.size)]
