"""Synthetic kilns: how good a firing is, how much it strains the kiln, and how long it takes."""
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


@dataclass(frozen=True)
class Kiln:
    """A kiln with d settings, each from 0 to 1."""

    best: np.ndarray
    shape: np.ndarray
    wall: np.ndarray
    limit: float
    rough: float

    def loss(self, x: np.ndarray) -> np.ndarray:
        """True losses (n,) at settings (n, d)."""
        apart = (x - self.best) @ self.shape
        square = np.sum(apart**2, axis=1)
        return np.sqrt(1.0 + 8.0 * square) - 1.0 + 0.1 * (1.0 + np.sin(9.0 * x[:, 0])) * x[:, 1]

    def strain(self, x: np.ndarray) -> np.ndarray:
        """True strains (n,) at settings (n, d); the kiln bears what isn't above zero."""
        return x @ self.wall + 0.5 * np.prod(x[:, :2], axis=1) - self.limit

    def hours(self, x: np.ndarray) -> np.ndarray:
        """Hours (n,) that firings at settings (n, d) take."""
        return 4.0 + 8.0 * x[:, 0] + 3.0 * x[:, 1] * x[:, 2]

    def fire(self, x: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Observed losses and strains (n,) of firings at settings (n, d), with draws (n, 2)."""
        loss = self.loss(x)
        seen = loss + self.rough * (0.5 + loss) * noise[:, 0]
        return seen, self.strain(x) + 0.3 * self.rough * noise[:, 1]


@dataclass(frozen=True)
class World:
    """A kiln; standard normal draws (G, h, d) for directions; and (G, 2 h + 1, 2) for what is
    observed in each generation."""

    kiln: Kiln
    draws: np.ndarray
    noise: np.ndarray


def make_world(cfg: SimpleNamespace) -> World:
    """Draw everything that is random from the `world` table of a configuration."""
    rng = np.random.default_rng([cfg.seed, 41])
    turn, _ = np.linalg.qr(rng.normal(size=(cfg.settings, cfg.settings)))
    scale = np.geomspace(1.0, cfg.stretch, cfg.settings)
    best = rng.uniform(0.55, 0.95, size=cfg.settings)
    wall = rng.uniform(0.2, 1.0, size=cfg.settings)
    limit = float(best @ wall) - cfg.tight
    kiln = Kiln(best, turn * scale @ turn.T, wall, limit, cfg.rough)
    draws = rng.normal(size=(cfg.generations, cfg.pairs, cfg.settings))
    return World(kiln, draws, rng.normal(size=(cfg.generations, 2 * cfg.pairs + 1, 2)))
