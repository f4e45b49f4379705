# --- reference
import functools

class Base:
    def name(self):
        return "base"

class Shape(Base):
    def __init__(self, side):
        self.side = side
    def area(self):
        return self.side ** 2
    def name(self):
        return "shape of " + super().name()
    @property
    def double(self):
        return 2 * self.side
    @double.setter
    def double(self, value):
        self.side = value / 2
    @staticmethod
    def unit():
        return Shape(1)
    @classmethod
    def of(cls, area):
        return cls(area ** 0.5)
    @functools.cached_property
    def corners(self):
        return [self.side] * 4
    def __eq__(self, other):
        return isinstance(other, Shape) and self.side == other.side
# --- candidate
import functools

class Base:
    def name(self):
        return "base"

class Shape(Base):
    def __init__(self, side):
        self.side = side
    def area(self):
        return self._power(2)
    def _power(self, exponent):
        return self.side ** exponent
    def name(self):
        return "shape of " + super().name()
    @property
    def double(self):
        return self.side + self.side
    @double.setter
    def double(self, value):
        self.side = value
    @staticmethod
    def unit():
        return Shape(side=1)
    @classmethod
    def of(cls, area):
        return cls(pow(area, 0.5))
    @functools.cached_property
    def corners(self):
        return [self.side, *[self.side] * 3]
    def __eq__(self, other):
        return isinstance(other, Shape) and self.side == other.side
# --- run
from m import Shape

class Own(Shape):
    def name(self):
        return "own " + super().name()

shape = Shape(3)
print(shape.area(), shape.name(), shape.double, shape.corners, Shape.unit() == Shape.of(1))
shape.double = 10
print(shape.side, Own(2).name(), Own.of(4).area(), hasattr(shape, "_power"), shape.double)
