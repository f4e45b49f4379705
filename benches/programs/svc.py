from sklearn.svm import SVC
import numpy as np
r = np.random.default_rng(0)
x = r.normal(size=(1500, 20))
y = x[:, 0] * x[:, 1] > 0
# ---
SVC().fit(x, y)
