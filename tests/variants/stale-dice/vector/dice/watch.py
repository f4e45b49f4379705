"""When what was seen has ceased to be true."""
import numpy as np


def surprise(value, level, spread, count):
    scale = spread * np.sqrt((count + 2.0) / (count + 1.0))
    return float(1.0 / (np.sign(value - level) / 4.0 + scale / (value - level)))


class Watch:
    """rise and fall (K,): sums of surprises; rise_from and fall_from (K,): the rounds in which
    the takings were chosen that these sums begin with."""

    def __init__(self, arms: int, bar: float) -> None:
        self.bar = bar
        self.rise, self.fall = np.zeros(arms), np.zeros(arms)
        self.rise_from = np.zeros(arms, dtype=np.int64)
        self.fall_from = np.zeros(arms, dtype=np.int64)

    def hear(self, arm, chosen, surprised):
        sums = np.array([self.fall[arm], self.rise[arm]])
        begun = np.array([self.fall_from[arm], self.rise_from[arm]])
        begun[sums == 0.0] = chosen
        sums = np.clip(sums + [-surprised - 0.25, surprised - 0.4], 0.0, None)
        self.fall_from[arm], self.rise_from[arm] = begun
        self.fall[arm], self.rise[arm] = sums
        if not np.any(sums > self.bar):
            return None
        louder = np.full(len(self.rise), 1.3)
        louder[arm] = 0.0
        self.fall, self.rise = self.fall * louder, self.rise * louder
        return int(begun[np.argmax(sums)])
