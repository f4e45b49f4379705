class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def add(self, other):
        return Point(self.x + other.x, self.y + other.y)
# ---
p, q = Point(0, 0), Point(1, 2)
for _ in range(200_000):
    p = p.add(q)
