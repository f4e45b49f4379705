"""Microphones together."""
import numpy as np


def beam_weights(signals: np.ndarray, block: int) -> np.ndarray:
    count, length = signals.shape
    whole = signals[:, : length - length % block]
    mixing = (np.ones((count, count)) - np.eye(count)) / (count - 1.0)
    others = mixing @ whole
    scale = np.einsum("mn,mn->m", whole, others) / np.einsum("mn,mn->m", others, others)
    rest = np.square(whole - others * scale[:, None])
    noise = np.quantile(rest.reshape(count, -1, block).mean(axis=-1), 0.3, axis=-1)
    weight = scale * np.exp(-0.75 * np.log(noise))
    return weight / np.sum(weight)


def agreement(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    cross = np.einsum("fk,fk->k", first, second.conj())
    loud = np.sum(np.square(np.abs(first)), axis=0) * np.sum(np.square(np.abs(second)), axis=0)
    return 1.0 - (1.0 - np.square(np.abs(cross)) / loud) * len(first) / (len(first) - 1.0)
