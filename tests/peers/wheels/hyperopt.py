import warnings; warnings.filterwarnings("ignore")
import numpy as np
from hyperopt import fmin, tpe, rand, hp, Trials, space_eval, STATUS_OK
space = {"x": hp.uniform("x", -5, 5), "k": hp.choice("k", ["a", "b"]), "lr": hp.loguniform("lr", -5, 0)}
for algo in (rand.suggest, tpe.suggest):
    t = Trials(); best = fmin(lambda s: {"loss": (s["x"] - 1) ** 2 + (s["k"] == "b"), "status": STATUS_OK}, space, algo, 30, trials=t, rstate=np.random.default_rng(1), show_progressbar=False); print(best, space_eval(space, best)["k"], len(t.losses()), min(t.losses()))
