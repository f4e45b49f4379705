import numpy as np
from sklearn.datasets import make_classification
from imblearn.over_sampling import SMOTE, RandomOverSampler, ADASYN
from imblearn.under_sampling import RandomUnderSampler, TomekLinks, NearMiss
from imblearn.pipeline import make_pipeline
from imblearn.metrics import geometric_mean_score
from sklearn.linear_model import LogisticRegression
X, y = make_classification(300, weights=[0.9], random_state=1)
for s in (SMOTE(random_state=1), RandomOverSampler(random_state=1), ADASYN(random_state=1), RandomUnderSampler(random_state=1), TomekLinks(), NearMiss()): a, b = s.fit_resample(X, y); print(type(s).__name__, np.bincount(b), a.sum())
print(geometric_mean_score(y, make_pipeline(SMOTE(random_state=0), LogisticRegression()).fit(X, y).predict(X)))
