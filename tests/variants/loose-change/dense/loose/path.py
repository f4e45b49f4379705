"""How the box is strained, step by step."""
import numpy as np


def rocking_path(
    amplitude: float, steps: int, cycles: int, flatness: float, lean: float, ease: float
) -> np.ndarray:
    phi = np.linspace(0.0, cycles, cycles * steps + 1)
    bare = np.exp(2j * np.pi * phi)
    s = (bare * np.exp(1j * lean * bare.imag)).imag
    envelope = 1.0 - ease / (phi + ease)
    return amplitude * envelope * np.sqrt(1.0 + flatness) * s / np.sqrt(1.0 + flatness * s * s)


def release_path(amplitude: float, rise: int, back: int) -> np.ndarray:
    n = np.arange(rise + back + 1, dtype=float)
    u = np.clip(n / rise, None, 1.0)
    d = np.clip((n - rise) / back, 0.0, None)
    return amplitude * np.polyval([-1.5, 0.0, 2.5, 0.0, 0.0, 0.0], np.sqrt(u)) - (
        amplitude * np.square(d) / 4.0
    )
