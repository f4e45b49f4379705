import numpy as np
a = np.random.rand(1_000_000)
b = np.empty_like(a)
# ---
for _ in range(200):
    np.add(a, a, out=b)
