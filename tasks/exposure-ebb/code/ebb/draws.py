"""Named random streams; every draw in the package comes from here."""
import numpy as np

STREAMS = ("world", "lists", "visits", "bootstrap")


def stream(seed: int, name: str, step: int = 0) -> np.random.Generator:
    """An independent generator for the named purpose and step."""
    return np.random.default_rng([seed, STREAMS.index(name), step])


def open_uniform(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Uniform draws strictly inside (0, 1), in C order of `shape`."""
    return np.clip(rng.random(shape), 1e-12, 1.0 - 1e-12)


def whole_numbers(rng: np.random.Generator, stop: int, shape: tuple[int, ...]) -> np.ndarray:
    """Uniform whole numbers 0..stop-1 as an index array, in C order of `shape`."""
    return rng.integers(0, stop, size=shape, dtype=np.int64).astype(np.intp)
