import optuna, warnings; warnings.filterwarnings("ignore"); optuna.logging.set_verbosity(optuna.logging.ERROR)
def f(t): return (t.suggest_float("x", -5, 5) - 2) ** 2 + t.suggest_int("n", 0, 3) + (t.suggest_categorical("k", ["a", "b"]) == "b")
s = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1)); s.optimize(f, n_trials=30); print(s.best_params, s.best_value, len(s.trials_dataframe()))
