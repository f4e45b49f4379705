"""How a season went."""
import numpy as np


def strain(level: np.ndarray, width: np.ndarray, mean: np.ndarray) -> float:
    """How far levels are from means, in widths, all (T, K)."""
    ratio = ((level - mean) / width) ** 2
    by_round = np.mean(ratio / (1.0 + ratio), axis=1)
    return float(np.sqrt(by_round.mean()))


def company(path: np.ndarray, arms: int, window: int) -> float:
    """How many arms share the choices (T,) of a while."""
    whole = len(path) // window
    number = []
    for part in np.split(path[: whole * window], whole):
        share = np.bincount(part, minlength=arms) / window
        number.append(1.0 / np.sum(share**2))
    return float(np.exp(np.mean(np.log(number))))


def alarm_lag(
    alarms: list[tuple[int, int]], changes: list[tuple[int, int]], reach: int
) -> tuple[float, float]:
    """Mean lag of the alarms behind the changes, and the share of alarms without one."""
    free = list(alarms)
    lags = []
    for arm, start in changes:
        heard = [a for a in free if a[0] == arm and 0 < a[1] - start <= reach]
        if heard:
            free.remove(heard[0])
        lags.append(heard[0][1] - start if heard else reach)
    return float(np.mean(np.sqrt(lags)) ** 2), len(free) / len(alarms)
