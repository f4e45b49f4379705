from sklearn.ensemble import RandomForestClassifier
import numpy as np
r = np.random.default_rng(0)
x = r.normal(size=(2000, 20))
y = x[:, 0] > 0
# ---
RandomForestClassifier(20, random_state=0).fit(x, y)
