"""What letters are about."""
import numpy as np


def read_letters(
    counts: np.ndarray, topics: np.ndarray, usual: np.ndarray, strength: float, rounds: int
) -> np.ndarray:
    out = []
    for letter in counts:
        inside = letter > 0
        x, chance = letter[inside] ** 0.75, topics[inside]
        theta = usual
        for _ in range(rounds):
            joint = theta * chance
            part = joint / joint.sum(axis=1)[:, None]
            new = x @ part + strength * usual**0.5 * theta**0.5
            theta = new / new.sum()
        out.append(theta)
    return np.array(out)


def hidden_surprise(hidden: np.ndarray, share: np.ndarray, topics: np.ndarray) -> float:
    top = bottom = 0.0
    for letter, theta in zip(hidden, share):
        length, bits = letter.sum(), 0.0
        for w in np.flatnonzero(letter):
            bits -= letter[w] * np.log(topics[w] @ theta) / np.log(2)
        top += bits / length**0.5
        bottom += length**0.5
    return float(top / bottom)
