# scipy.stats and statsmodels.
import warnings; warnings.filterwarnings("ignore")
import numpy as np, pandas as pd, scipy.stats as st
import statsmodels.api as sm, statsmodels.formula.api as smf
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.stattools import adfuller, acf
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.multicomp import pairwise_tukeyhsd
rng = np.random.default_rng(5); a, b, c = rng.normal(0, 1, 50), rng.normal(0.4, 1.2, 60), rng.exponential(1, 40)
for r in (st.ttest_ind(a, b, equal_var=False), st.mannwhitneyu(a, b), st.ks_2samp(a, b), st.shapiro(a), st.pearsonr(a, b[:50]), st.spearmanr(a, b[:50]), st.kendalltau(a, b[:50]), st.wilcoxon(a, b[:50]), st.f_oneway(a, b, c), st.kruskal(a, b, c), st.levene(a, b), st.chisquare([16, 18, 22]), st.fisher_exact([[8, 2], [1, 5]]), st.normaltest(c), st.anderson_ksamp([a, b], method=st.PermutationMethod(rng=np.random.default_rng(1), n_resamples=200)), st.ttest_1samp(a, 0), st.binomtest(7, 20)): print(r.statistic, r.pvalue)
for d in (st.norm(1, 2), st.t(5), st.gamma(2), st.beta(2, 3), st.expon(), st.lognorm(0.5), st.weibull_min(1.5), st.chi2(4)): print(d.cdf(0.7), d.ppf(0.9), d.mean(), d.var(), d.pdf(0.5), d.rvs(2, random_state=1), d.entropy())
print(st.norm.fit(a), st.expon.fit(c), st.gaussian_kde(a)(0.3), st.linregress(a, b[:50]), st.zscore(a)[:2], st.skew(c), st.kurtosis(c), st.iqr(a), st.trim_mean(a, 0.1), st.mode([1, 2, 2]).mode, st.bootstrap((a,), np.mean, n_resamples=200, random_state=1).confidence_interval, st.qmc.Sobol(2, rng=1).random(4), st.entropy([0.2, 0.8]), st.wasserstein_distance(a, b), st.multivariate_normal([0, 0], np.eye(2)).logpdf([1, 1]), st.boxcox(c)[1], st.theilslopes(b[:50], a)[0])
d = pd.DataFrame({"x": a, "z": rng.normal(size=50), "g": rng.integers(0, 3, 50).astype(str)}); d["y"] = 2 * d.x - d.z + 0.5 + rng.normal(size=50); d["k"] = (d.y > 0).astype(int); d["n"] = rng.poisson(np.exp(0.3 * d.x))
o = smf.ols("y ~ x + z + C(g)", d).fit(); print(o.params.values, o.bse.values, o.rsquared, o.fvalue, o.aic, o.conf_int().values[0], o.get_robustcov_results("HC3").bse, sm.stats.anova_lm(o).values[0]); print(str(o.summary()).splitlines()[10:14])
print(smf.logit("k ~ x + z", d).fit(disp=0).params.values, smf.glm("n ~ x", d, family=sm.families.Poisson()).fit().deviance, sm.RLM(d.y, sm.add_constant(d[["x"]])).fit().params.values, smf.quantreg("y ~ x", d).fit(0.5).params.values, smf.mixedlm("y ~ x", d, groups=d.g).fit().fe_params.values, sm.WLS(d.y, sm.add_constant(d.x), np.arange(1, 51)).fit().params.values)
y = np.cumsum(rng.normal(size=80)); print(adfuller(y)[:2], acf(y, nlags=3), ARIMA(y, order=(1, 1, 0)).fit().params[:1], multipletests([0.01, 0.04, 0.03], method="fdr_bh")[1], TTestIndPower().solve_power(0.5, power=0.8, alpha=0.05), pairwise_tukeyhsd(d.y, d.g).meandiffs, sm.nonparametric.lowess(d.y, d.x)[:2], sm.tsa.seasonal_decompose(y, period=8).seasonal[:3])
