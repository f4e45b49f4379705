import numpy as np
a = np.random.rand(1 << 18)
# ---
for _ in range(20):
    np.fft.fft(a)
