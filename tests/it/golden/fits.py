import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.cluster import KMeans
from sklearn.model_selection import train_test_split
x, y = make_classification(200, 8)
a, b, c, d = train_test_split(x, y)
for model in RandomForestClassifier(5), LogisticRegression():
    print(model.fit(a, c).predict_proba(b)[:5], model.score(b, d))
print(KMeans(3, n_init=2).fit(x).inertia_)
