import numpy as np
import pandas as pd
r = np.random.default_rng(0)
frame = pd.DataFrame({'k': r.integers(0, 500, 200_000), 'v': r.normal(size=200_000)})
# ---
for _ in range(10):
    frame.groupby('k')['v'].agg(['mean', 'std'])
