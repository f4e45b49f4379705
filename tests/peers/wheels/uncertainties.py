from uncertainties import ufloat, umath, correlated_values, unumpy
import numpy as np
x, y = ufloat(3, 0.1), ufloat(2, 0.2, "y"); z = x ** 2 / y + umath.sin(x)
print(z, z.n, z.s, z.derivatives[x], x - x, f"{z:.3uS}", sorted(v.s for v in z.error_components()), unumpy.uarray([1, 2], [0.1, 0.2]).sum(), correlated_values([1, 2], np.array([[0.04, 0.01], [0.01, 0.09]]))[0])
