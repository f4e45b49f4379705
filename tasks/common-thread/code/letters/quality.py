"""How good topics are."""
import numpy as np


def telling_words(topics: np.ndarray, number: int) -> np.ndarray:
    """Numbers (K, number) of the words that tell a topic best, best first."""
    part = topics / topics.sum(axis=1, keepdims=True)
    score = topics**0.6 * part**0.8
    return np.argsort(-score, axis=0, kind="stable")[:number].T


def coherence(words: np.ndarray, found: np.ndarray) -> float:
    """How often words (number,), best first, meet in the letters; found (D, V) is boolean."""
    inside = found[:, words].astype(float)
    meet = inside.T @ inside
    alone = np.diag(meet)
    total, weight = 0.0, 0.0
    for b in range(1, len(words)):
        for a in range(b):
            by_chance = alone[a] * alone[b] / len(found)
            lift = np.log2((meet[a, b] + 0.5) / (by_chance + 0.5))
            total += lift / (a + b + 1)
            weight += 1.0 / (a + b + 1)
    return float(total / weight)


def ownership(words: np.ndarray, topics: np.ndarray) -> np.ndarray:
    """How far the words (K, number) of each topic are its own, (K,)."""
    part = topics / topics.sum(axis=1, keepdims=True)
    spread = -(part * np.log(part)).sum(axis=1) / np.log(topics.shape[1])
    weight = 1.0 / np.sqrt(np.arange(words.shape[1]) + 1.0)
    return (1.0 - spread[words]) @ weight / weight.sum()


def match_topics(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Partners (K,) of the first topics among the second, and how alike they are (K,)."""
    alike = np.sqrt(first).T @ np.sqrt(second)
    partner = np.zeros(len(alike), dtype=np.intp)
    likeness = np.zeros(len(alike))
    rest = alike.copy()
    for _ in partner:
        ranked = np.sort(rest, axis=1)
        row = np.argmax(ranked[:, -1] - ranked[:, -2])
        column = np.argmax(rest[row])
        partner[row], likeness[row] = column, alike[row, column]
        rest[row], rest[:, column] = -1.0, -1.0
    return partner, likeness
