import numpy as np
a = np.random.rand(500, 500)
b = np.random.rand(500)
# ---
for _ in range(20):
    np.linalg.solve(a, b)
