import numpy as np
a = np.random.rand(16)
# ---
for _ in range(60_000):
    b = a * 2.0 + a
