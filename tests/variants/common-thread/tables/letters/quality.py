"""How good topics are."""
import numpy as np


def telling_words(topics: np.ndarray, number: int) -> np.ndarray:
    score = np.power(topics, 1.4) * np.power(topics.sum(axis=1, keepdims=True), -0.8)
    words = np.broadcast_to(np.arange(len(topics))[:, None], topics.shape)
    return np.lexsort((words, -score), axis=0)[:number].T


def coherence(words: np.ndarray, found: np.ndarray) -> float:
    rank = np.arange(len(words))
    inside = found[:, words] * 1.0
    share = inside.mean(axis=0)
    lift = np.log2(inside.T @ inside + 0.5)
    lift = lift - np.log2(len(found) * np.outer(share, share) + 0.5)
    weight = np.triu(1.0 / (np.add.outer(rank, rank) + 1.0), 1)
    return float(np.average(lift, weights=weight))


def ownership(words: np.ndarray, topics: np.ndarray) -> np.ndarray:
    whole, number = topics.sum(axis=1), topics.shape[1]
    entropy = np.log(whole) - np.einsum("wk,wk->w", topics, np.log(topics)) / whole
    weight = np.power(np.arange(1.0, words.shape[1] + 1.0), -0.5)
    return np.average(1.0 - entropy[words] / np.log(number), axis=1, weights=weight)


def match_topics(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    alike = np.einsum("wk,wl->kl", np.sqrt(first), np.sqrt(second))
    rows, columns = list(range(len(alike))), list(range(len(alike)))
    partner = np.zeros(len(alike), dtype=np.intp)
    while rows:
        left = alike[np.ix_(rows, columns)]
        order = np.argsort(-left, axis=1, kind="stable")
        if len(rows) > 1:
            best = np.take_along_axis(left, order[:, :2], axis=1)
            at = int(np.argmax(best[:, 0] - best[:, 1]))
        else:
            at = 0
        row = rows.pop(at)
        partner[row] = columns.pop(int(order[at, 0]))
    return partner, alike[np.arange(len(alike)), partner]
