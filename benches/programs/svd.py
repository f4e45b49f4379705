import numpy as np
a = np.random.rand(200, 200)
# ---
for _ in range(10):
    np.linalg.svd(a)
