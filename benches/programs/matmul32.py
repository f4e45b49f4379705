import numpy as np
a = np.random.rand(500, 500).astype(np.float32)
# ---
for _ in range(20):
    a @ a
