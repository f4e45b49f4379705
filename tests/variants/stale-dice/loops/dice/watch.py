"""When what was seen has ceased to be true."""
import math

import numpy as np


def surprise(value, level, spread, count):
    e = (value - level) / spread * math.sqrt((1.0 + count) / (2.0 + count))
    return 4.0 * e / (4.0 + math.fabs(e))


class Watch:
    """rise and fall (K,): sums of surprises; rise_from and fall_from (K,): the rounds in which
    the takings were chosen that these sums begin with."""

    def __init__(self, arms: int, bar: float) -> None:
        self.bar = bar
        self.rise, self.fall = np.zeros(arms), np.zeros(arms)
        self.rise_from = np.zeros(arms, dtype=np.int64)
        self.fall_from = np.zeros(arms, dtype=np.int64)

    def hear(self, arm, chosen, surprised):
        sides = (
            (self.fall, self.fall_from, -surprised - 0.25),
            (self.rise, self.rise_from, surprised - 0.4),
        )
        loudest, mark = -1.0, None
        for total, begun, more in sides:
            if not total[arm]:
                begun[arm] = chosen
            total[arm] = total[arm] + more if total[arm] + more > 0.0 else 0.0
            if total[arm] > loudest:
                loudest, mark = total[arm], int(begun[arm])
        if loudest <= self.bar:
            return None
        for total, _, _ in sides:
            for k in range(len(total)):
                total[k] = 0.0 if k == arm else 1.3 * total[k]
        return mark
