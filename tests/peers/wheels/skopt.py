import warnings; warnings.filterwarnings("ignore")
from skopt import gp_minimize, forest_minimize, dump, load
from skopt.space import Real, Integer, Categorical
r = gp_minimize(lambda p: (p[0] - 0.3) ** 2 + p[1] * 0.1, [Real(-1.0, 1.0), Integer(0, 3)], n_calls=12, n_initial_points=6, random_state=0); print(r.fun < 0.1, len(r.x_iters), r.x_iters[0]); dump(r, "r.pkl", store_objective=False); print(load("r.pkl").fun == r.fun)
