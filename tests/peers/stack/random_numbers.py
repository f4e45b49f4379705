# numpy's generators, seeded: each distribution, old and new.
import numpy as np
r = np.random.RandomState(42)
print(r.rand(3), r.randn(3), r.randint(0, 1000, 5), r.permutation(6), r.choice(5, 3, replace=False), r.choice(["a", "b"], 4, p=[0.2, 0.8]), r.uniform(1, 2), r.exponential(2), r.gamma(2), r.beta(1, 2), r.poisson(4, 5), r.binomial(10, 0.3, 4), r.multivariate_normal([0, 0], [[1, 0.5], [0.5, 2]]), r.dirichlet([1, 2]), r.standard_t(3), r.laplace(), r.geometric(0.3), r.lognormal(), r.triangular(0, 1, 2), r.vonmises(0, 1), r.weibull(2), r.zipf(2.5), r.bytes(4), r.hypergeometric(5, 5, 3), r.chisquare(3), r.multinomial(5, [0.3, 0.7]), r.negative_binomial(3, 0.5))
np.random.seed(7); x = np.arange(8); np.random.shuffle(x); print(x, np.random.random(2), np.random.normal(5, 2), np.random.randint(2**31 - 1))
for B in (np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64, np.random.PCG64DXSM):
    g = np.random.Generator(B(5)); print(B.__name__, g.random(2), g.normal(size=2), g.integers(0, 10**6, 3), g.choice(10, 3, replace=False), g.permuted([1, 2, 3, 4]), g.poisson(3), g.standard_gamma(2.0), g.exponential(), g.binomial(20, 0.4), g.uniform(-1, 1), g.multinomial(4, [0.5, 0.5]), g.integers(0, 2**40), g.random(dtype=np.float32))
g = np.random.default_rng([1, 2]); print([s.random() for s in g.spawn(2)], np.random.SeedSequence(9).generate_state(2), g.bit_generator.state["bit_generator"])
import random; random.seed(1); print(random.random(), random.gauss(0, 1))
