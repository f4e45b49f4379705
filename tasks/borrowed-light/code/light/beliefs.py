"""From light to beliefs."""
import numpy as np


def soften(light: np.ndarray, prior: np.ndarray, temperature: float) -> np.ndarray:
    """Beliefs (n, K) from light (n, K)."""
    score = light / temperature + np.log(prior) / 3.0
    score = np.exp(score - score.max(axis=1, keepdims=True))
    return score / score.sum(axis=1, keepdims=True)


def fit_temperature(light: np.ndarray, label: np.ndarray, prior: np.ndarray) -> float:
    """Temperature at which light (S, K) held out says most of the labels (S,)."""
    steps = np.arange(-16, 5)
    loss = np.empty(len(steps))
    for place, step in enumerate(steps):
        belief = soften(light, prior, 2.0 ** (step / 2.0))
        loss[place] = -np.log(belief[np.arange(len(label)), label]).mean()
    best = int(np.argmin(loss))
    shift = 0.0
    if 0 < best < len(steps) - 1:
        before, here, after = loss[best - 1 : best + 2]
        shift = 0.5 * (before - after) / (before - 2.0 * here + after)
    return float(2.0 ** ((steps[best] + shift) / 2.0))


def brightness(light: np.ndarray) -> float:
    """How bright the light (m, K) of the nodes is."""
    return float(np.mean(np.sqrt(np.linalg.norm(light, axis=1))) ** 2)


def balance(belief: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Beliefs (m, K) whose means are nearer to the priors (K,)."""
    goal = np.sqrt(prior * belief.mean(axis=0))
    goal /= goal.sum()
    for _ in range(4):
        belief = belief * np.sqrt(goal / belief.mean(axis=0))
        belief = belief / belief.sum(axis=1, keepdims=True)
    return belief
