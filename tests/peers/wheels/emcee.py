import numpy as np, emcee
np.random.seed(0); s = emcee.EnsembleSampler(16, 2, lambda x: -0.5 * np.sum(x ** 2 / [1, 4])); s.run_mcmc(np.random.randn(16, 2), 200, progress=False)
c = s.get_chain(flat=True, discard=50); print(c.shape, c.mean(0), c.std(0), s.acceptance_fraction.mean(), emcee.autocorr.integrated_time(s.get_chain(), quiet=True))
from multiprocessing import Pool
def lp(x): return -0.5 * np.sum(x ** 2)
with Pool(2) as p: q = emcee.EnsembleSampler(8, 2, lp, pool=p); q.run_mcmc(np.random.randn(8, 2), 10); print(q.get_log_prob().shape)
