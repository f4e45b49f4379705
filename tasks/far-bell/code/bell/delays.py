"""Delays between microphones."""
import numpy as np


def muted_cross(first: np.ndarray, second: np.ndarray, reach: int, mute: float) -> np.ndarray:
    """Cross-spectrum (K,) of two spectra (K,) in which loud bins are muted."""
    kernel = reach + 1.0 - np.abs(np.arange(-reach, reach + 1))
    cover = np.convolve(np.ones(len(first)), kernel, mode="same")
    smooth = [
        np.convolve(np.abs(one) ** 2, kernel, mode="same") / cover for one in (first, second)
    ]
    return second * np.conj(first) / np.sqrt(smooth[0] * smooth[1]) ** mute


def lag_of_peak(cross: np.ndarray, length: int, most: int) -> tuple[float, float]:
    """Lag in samples of the peak of a correlation, and how clear it is.

    cross (length // 2 + 1,): cross-spectrum of signals of this length; most: largest lag.
    """
    curve = np.fft.irfft(cross, length)
    lags = np.arange(-most, most + 1)
    heights = curve[lags]
    top = 1 + int(np.argmax(heights[1:-1]))
    left, middle, right = heights[top - 1 : top + 2]
    shift = 0.5 * (left - right) / (left - 2.0 * middle + right)
    others = np.abs(lags - lags[top]) > 3
    clear = 1.0 - max(heights[others].max(), 0.0) / middle
    return float(lags[top] + shift), float(max(clear, 0.01))


def reconcile(
    pairs: np.ndarray, lag: np.ndarray, clear: np.ndarray, count: int
) -> tuple[np.ndarray, float]:
    """Delay (count,) of each microphone beside their mean, and how far lags disagree.

    pairs (n, 2): first and second microphone; lag, clear (n,).
    """
    design = np.zeros((len(pairs) + 1, count))
    design[np.arange(len(pairs)), pairs[:, 0]] = -1.0
    design[np.arange(len(pairs)), pairs[:, 1]] = 1.0
    design[-1] = 1.0
    weight, goal = clear**2, np.append(lag, 0.0)
    for _ in range(3):
        root = np.sqrt(np.append(weight, weight.sum()))
        delay = np.linalg.lstsq(design * root[:, None], goal * root, rcond=None)[0]
        miss = lag - design[:-1] @ delay
        weight = clear**2 / (1.0 + np.abs(miss) / 0.3)
    return delay, float(np.sqrt(np.average(miss**2, weights=clear**2)))


def bearing(
    place: np.ndarray, late: np.ndarray, trust: np.ndarray
) -> tuple[float, float]:
    """Bearing of the source in degrees, and apparent speed, from delays in seconds (M,).

    place (M, 2) in metres; trust (M,): weights.
    """
    centre = np.average(place, axis=0, weights=trust)
    beside = place - centre
    moments = (beside * trust[:, None]).T @ beside
    moments += 0.02 * np.trace(moments) * np.eye(2)
    slow = np.linalg.solve(moments, (beside * trust[:, None]).T @ late)
    angle = np.degrees(np.arctan2(-slow[1], -slow[0])) % 360.0
    return float(angle), float(1.0 / np.hypot(*slow))
