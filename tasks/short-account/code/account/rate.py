"""What a mask lets through, in bits."""
import autograd.numpy as np


def shrunken_correlation(signal: np.ndarray) -> np.ndarray:
    """Correlation (d, d) of the channels, from signals (n, d)."""
    raw = np.corrcoef(signal, rowvar=False)
    step = np.mean(np.diag(raw, 1))
    channel = np.arange(len(raw))
    return 0.5 * raw + 0.5 * step ** np.abs(channel[:, None] - channel)


def bits(mask: np.ndarray, correlation: np.ndarray) -> np.ndarray:
    """Bits (m,) of masks (m, d), with the correlation (d, d) of the channels."""
    gain = mask / np.sqrt(1.0 - mask**2)
    heard = np.eye(len(correlation)) + gain[:, :, None] * correlation * gain[:, None, :]
    jumps = np.sum(np.diff(mask, axis=1) ** 2, axis=1)
    return 0.5 * np.linalg.slogdet(heard)[1] / np.log(2.0) + 0.5 * jumps
