import warnings; warnings.filterwarnings("ignore")
import numpy as np, pandas as pd
from lifelines import KaplanMeierFitter, CoxPHFitter, WeibullFitter, NelsonAalenFitter, WeibullAFTFitter
from lifelines.statistics import logrank_test
from lifelines.utils import concordance_index
rng = np.random.default_rng(0); n = 120; x = rng.normal(size=n); t = rng.exponential(np.exp(-0.7 * x)) + 0.01; c = rng.exponential(2, n); d = pd.DataFrame({"t": np.minimum(t, c), "e": (t <= c).astype(int), "x": x, "g": rng.integers(0, 2, n)})
km = KaplanMeierFitter().fit(d.t, d.e); print(km.median_survival_time_, km.survival_function_.iloc[::30].values.ravel(), WeibullFitter().fit(d.t, d.e).summary["coef"].values, NelsonAalenFitter().fit(d.t, d.e).cumulative_hazard_.iloc[-1].item())
cox = CoxPHFitter().fit(d, "t", "e"); print(cox.summary[["coef", "se(coef)", "p"]], cox.concordance_index_, concordance_index(d.t, -cox.predict_partial_hazard(d), d.e)); print(WeibullAFTFitter().fit(d, "t", "e").summary["coef"].values)
r = logrank_test(d.t[d.g == 0], d.t[d.g == 1], d.e[d.g == 0], d.e[d.g == 1]); print(r.test_statistic, r.p_value)
