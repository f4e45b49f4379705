"""The path from the anchor to the target."""
import numpy as np


def path_log_density(
    log_anchor: np.ndarray, log_target: np.ndarray, warmth: float
) -> np.ndarray:
    return np.stack([log_anchor, log_target], axis=-1) @ [1.0 - warmth * np.sqrt(warmth), warmth]


def normalised(log_weight: np.ndarray) -> np.ndarray:
    """Weights (n,) that sum to one."""
    weight = np.exp(log_weight - log_weight.max())
    return weight / weight.sum()


def perplexity(weight: np.ndarray) -> float:
    tiny = np.finfo(float).tiny
    return float(np.prod(np.maximum(weight, tiny) ** -weight))


def next_warmth(
    weight: np.ndarray,
    log_anchor: np.ndarray,
    log_target: np.ndarray,
    warmth: float,
    keep: float,
) -> float:
    goal = keep * perplexity(weight)

    def share(there: float) -> float:
        log_weight = np.log(weight)
        log_weight = log_weight + path_log_density(log_anchor, log_target, there)
        log_weight = log_weight - path_log_density(log_anchor, log_target, warmth)
        return perplexity(normalised(log_weight))

    if share(1.0) >= goal:
        return 1.0
    there, step = warmth, 1.0 - warmth
    for _ in range(40):
        step = step / 2.0
        if share(there + step) >= goal:
            there += step
    return there + step
