"""How the box is strained, step by step."""
import numpy as np


def rocking_path(
    amplitude: float, steps: int, cycles: int, flatness: float, lean: float, ease: float
) -> np.ndarray:
    """Strain (cycles * steps + 1,) of a box that is rocked."""
    turn = np.arange(cycles * steps + 1) / steps
    swing = np.sin(2.0 * np.pi * turn + lean * np.sin(2.0 * np.pi * turn))
    flat = swing * np.sqrt((1.0 + flatness) / (1.0 + flatness * swing**2))
    return amplitude * turn / (turn + ease) * flat


def release_path(amplitude: float, rise: int, back: int) -> np.ndarray:
    """Strain (rise + back + 1,) of a box that is sheared once and slowly let back a little."""
    step = np.arange(rise + back + 1)
    up = np.minimum(step / rise, 1.0)
    down = np.maximum(step - rise, 0) / back
    return amplitude * (0.5 * up**1.5 * (5.0 - 3.0 * up) - 0.25 * down**2)
