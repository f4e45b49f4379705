import numpy as np
a = np.random.rand(64, 64)
# ---
for _ in range(3000):
    a @ a
