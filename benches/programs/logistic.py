from sklearn.linear_model import LogisticRegression
import numpy as np
r = np.random.default_rng(0)
x = r.normal(size=(5000, 50))
y = x[:, :5].sum(axis=1) + r.normal(size=5000) > 0
# ---
for _ in range(10):
    LogisticRegression(C=100.0).fit(x, y)
