import warnings; warnings.filterwarnings("ignore")
from bayes_opt import BayesianOptimization
o = BayesianOptimization(lambda x, y: -(x - 1) ** 2 - (y + 0.5) ** 2 + 1, {"x": (-2, 4), "y": (-3, 3)}, random_state=1, verbose=0)
o.maximize(init_points=4, n_iter=8); print(len(o.res), o.max["target"] > 0.95, o.res[0]["params"])
