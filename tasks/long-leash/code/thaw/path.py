"""The path from the anchor to the target."""
import numpy as np


def path_log_density(
    log_anchor: np.ndarray, log_target: np.ndarray, warmth: float
) -> np.ndarray:
    """Log density (n,) on the path, unnormalised, at warmth 0 to 1."""
    return (1.0 - warmth**1.5) * log_anchor + warmth * log_target


def normalised(log_weight: np.ndarray) -> np.ndarray:
    """Weights (n,) that sum to one."""
    weight = np.exp(log_weight - log_weight.max())
    return weight / weight.sum()


def perplexity(weight: np.ndarray) -> float:
    """How many particles weights (n,), which sum to one, are worth."""
    used = weight[weight > 0.0]
    return float(np.exp(-(used * np.log(used)).sum()))


def next_warmth(
    weight: np.ndarray,
    log_anchor: np.ndarray,
    log_target: np.ndarray,
    warmth: float,
    keep: float,
) -> float:
    """The next warmth on the path, from particles of weight (n,) at this one."""
    here = path_log_density(log_anchor, log_target, warmth)
    enough = keep * perplexity(weight)

    def holds(there: float) -> bool:
        rise = path_log_density(log_anchor, log_target, there) - here
        return perplexity(normalised(np.log(weight) + rise)) >= enough

    low, high = warmth, 1.0
    if holds(high):
        return high
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if holds(middle) else (low, middle)
    return high
