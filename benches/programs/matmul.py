import numpy as np
a = np.random.rand(500, 500)
# ---
for _ in range(10):
    a @ a
