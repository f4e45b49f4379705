"""How far the season has drifted, block by block."""
import numpy as np

from .cycle import read_cycle


def block_numbers(length: int, period: float) -> np.ndarray:
    """Block (length,) of each step; blocks are seasons, what is left over joins the last."""
    block = np.floor(np.arange(length) / period).astype(np.int64)
    return np.minimum(block, int(length // period) - 1)


def shift_gains(
    rest: np.ndarray, block: np.ndarray, period: float, shape: np.ndarray, shifts: int
) -> np.ndarray:
    """What each shift explains in each block (blocks, shifts).

    rest (n,), with gaps; block (n,); shape (bins,).
    """
    seen = np.isfinite(rest)
    value, home = rest[seen], block[seen]
    clock = np.flatnonzero(seen) / period
    gain = np.zeros((block[-1] + 1, shifts))
    for k in range(shifts):
        wave = read_cycle(shape, clock - k / shifts)
        match = np.bincount(home, weights=wave * value)
        power = np.bincount(home, weights=wave**2)
        gain[:, k] = np.maximum(match, 0.0) ** 2 / power
    return gain


def track_shift(gain: np.ndarray, scale: float, stiffness: float) -> np.ndarray:
    """Shift (blocks,) of each block, in seasons, from the gains (blocks, shifts)."""
    blocks, shifts = gain.shape
    apart = np.abs(np.arange(shifts)[:, None] - np.arange(shifts)[None, :])
    apart = np.minimum(apart, shifts - apart) / shifts
    toll = stiffness * apart**1.5
    merit = gain / (2.0 * scale**2)
    best, back = merit[0], []
    for row in merit[1:]:
        path = best[None, :] - toll
        back.append(np.argmax(path, axis=1))
        best = row + np.max(path, axis=1)
    states = [int(np.argmax(best))]
    for came in back[::-1]:
        states.append(int(came[states[-1]]))
    return np.array(states[::-1]) / shifts


def smooth_shift(shift: np.ndarray, block: np.ndarray) -> np.ndarray:
    """Shift (n,) of each step, from those of the blocks (blocks,) and the blocks (n,)."""
    step = np.diff(shift)
    step = step - np.round(step)
    whole = shift[0] + np.concatenate([[0.0], np.cumsum(step)])
    time = np.arange(len(block))
    middle = np.bincount(block, weights=time) / np.bincount(block)
    return np.interp(time, middle, whole)


def block_swell(rest: np.ndarray, block: np.ndarray, wave: np.ndarray) -> np.ndarray:
    """Swell (blocks,) of the season; rest (n,), with gaps; block, wave (n,)."""
    seen = np.isfinite(rest)
    match = np.bincount(block[seen], weights=(wave * rest)[seen])
    power = np.bincount(block[seen], weights=wave[seen] ** 2)
    usual = match.sum() / power.sum()
    raw = (match + 0.5 * usual * power.mean()) / (power + 0.5 * power.mean())
    padded = np.concatenate([raw[:1], raw, raw[-1:]])
    return 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
