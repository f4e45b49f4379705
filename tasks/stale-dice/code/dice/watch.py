"""When what was seen has ceased to be true."""
import numpy as np


def surprise(value: float, level: float, spread: float, count: float) -> float:
    """How far a taking is from what was expected."""
    apart = (value - level) / (spread * np.sqrt(1.0 + 1.0 / (1.0 + count)))
    return float(apart / (1.0 + abs(apart) / 4.0))


class Watch:
    """rise and fall (K,): sums of surprises; rise_from and fall_from (K,): the rounds in which
    the takings were chosen that these sums begin with."""

    def __init__(self, arms: int, bar: float) -> None:
        self.bar = bar
        self.rise, self.fall = np.zeros(arms), np.zeros(arms)
        self.rise_from = np.zeros(arms, dtype=np.int64)
        self.fall_from = np.zeros(arms, dtype=np.int64)

    def hear(self, arm: int, chosen: int, surprised: float) -> int | None:
        """Hear of a taking chosen in a round; if the arm has changed, the round since when."""
        if self.rise[arm] == 0.0:
            self.rise_from[arm] = chosen
        if self.fall[arm] == 0.0:
            self.fall_from[arm] = chosen
        self.rise[arm] = max(0.0, self.rise[arm] + surprised - 0.4)
        self.fall[arm] = max(0.0, self.fall[arm] - surprised - 0.25)
        if max(self.rise[arm], self.fall[arm]) <= self.bar:
            return None
        rising = self.rise[arm] > self.fall[arm]
        self.rise *= 1.3
        self.fall *= 1.3
        self.rise[arm] = self.fall[arm] = 0.0
        return int(self.rise_from[arm] if rising else self.fall_from[arm])
