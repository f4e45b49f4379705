import math
x = [math.sin(i) * 1e10 ** (i % 7 - 3) for i in range(200)]
print(sum(x), math.fsum(x), *map(repr, x[:20]), math.exp(1.5), 2 ** 0.5, 0.1 + 0.2)
