import random
random.seed(0)
bodies = [[random.random() for _ in range(7)] for _ in range(5)]
# ---
for _ in range(8_000):
    for i, a in enumerate(bodies):
        for b in bodies[i + 1:]:
            dx, dy, dz = a[0] - b[0], a[1] - b[1], a[2] - b[2]
            mag = 0.01 * (dx * dx + dy * dy + dz * dz + 0.1) ** -1.5
            a[3] -= dx * b[6] * mag
            a[4] -= dy * b[6] * mag
            a[5] -= dz * b[6] * mag
            b[3] += dx * a[6] * mag
            b[4] += dy * a[6] * mag
            b[5] += dz * a[6] * mag
    for a in bodies:
        a[0] += 0.01 * a[3]
        a[1] += 0.01 * a[4]
        a[2] += 0.01 * a[5]
