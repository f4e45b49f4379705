import numpy as np
print(np.random.rand(3), np.random.permutation(9), np.random.default_rng().integers(99, size=5))
