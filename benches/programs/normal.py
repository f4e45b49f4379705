import numpy as np
rng = np.random.default_rng(0)
# ---
for _ in range(10):
    rng.normal(size=1_000_000)
