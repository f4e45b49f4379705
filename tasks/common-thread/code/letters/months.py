"""Topics over the months."""
import numpy as np


def monthly_shares(
    share: np.ndarray, length: np.ndarray, month: np.ndarray, months: int, strength: float
) -> np.ndarray:
    """Shares (months, K) from those of letters (D, K), their lengths and months (D,)."""
    weight = np.sqrt(length)
    usual = weight @ share / weight.sum()
    unit = strength * weight.mean()
    in_month = (month[None, :] == np.arange(months)[:, None]) * weight
    return (in_month @ share + unit * usual) / (in_month.sum(axis=1, keepdims=True) + unit)


def drift(shares: np.ndarray) -> np.ndarray:
    """Slope (K,) of each topic over the months, from monthly shares (months, K)."""
    level = np.log(shares / (1.0 - shares))
    first, second = np.triu_indices(len(shares), 1)
    gap = (second - first).astype(float)
    slope = (level[second] - level[first]) / gap[:, None]
    slopes = []
    for column in slope.T:
        order = np.argsort(column, kind="stable")
        reach = np.cumsum(gap[order])
        slopes.append(column[order[np.searchsorted(reach, 0.5 * reach[-1])]])
    return np.array(slopes)


def pulse(shares: np.ndarray) -> np.ndarray:
    """How far (K,) each topic stands out in its best month, from shares (months, K)."""
    around = np.empty_like(shares)
    around[1:-1] = np.sqrt(shares[:-2] * shares[2:])
    around[0], around[-1] = shares[1], shares[-2]
    return np.log2(shares / around).max(axis=0)
