import numpy as np
a = np.random.rand(1_000_000)
# ---
for _ in range(3):
    np.sort(a)
