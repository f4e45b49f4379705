"""Chances of the classes."""
import autograd.numpy as np

from .layers import class_scores


def _softmax(scores):
    e = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def sharpness(scores, label):
    def mean_surprise(beta):
        chance = _softmax(beta * scores)
        return -sum(np.log(chance[i, c]) for i, c in enumerate(label)) / len(label)

    log = min(
        np.linspace(-2.0, 2.0, 81), key=lambda v: mean_surprise(np.exp(v)) + 0.1 * v**2
    )
    for _ in range(30):
        beta = np.exp(log)
        chance = _softmax(beta * scores)
        mean = np.sum(chance * scores, axis=1)
        spread = np.mean(np.sum(chance * scores**2, axis=1) - mean**2)
        slope = np.mean(mean - scores[np.arange(len(label)), label])
        log = log - (beta * slope + 0.2 * log) / (beta * slope + beta**2 * spread + 0.2)
    return float(np.exp(log))


def clouded_chance(weights, sharp, shown, kin):
    total = 0.0
    for k in range(shown.shape[1]):
        chance = _softmax(sharp * class_scores(weights, shown[:, k, :]))
        total = total + kin[:, k : k + 1] * np.sqrt(chance)
    return total**2 / np.sum(total**2, axis=1)[:, None]


def distortion(own, clouded):
    out = []
    for i in range(len(own)):
        c = int(np.argmax(own[i]))
        ratio = own[i] / clouded[i]
        before, after = own[i, c], clouded[i, c]
        lean = np.log(before * (1.0 - after) / (after * (1.0 - before)))
        out.append(np.log(np.sum(own[i] * np.sqrt(ratio)) ** 2) + lean**2 / 20.0)
    return np.array(out)
