import numpy as np
a = np.random.rand(4_000_000)
i = np.random.permutation(4_000_000)
# ---
for _ in range(4):
    a[i]
