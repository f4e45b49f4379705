import scipy.optimize as so, scipy.stats as st, scipy.integrate as si
print(so.minimize(so.rosen, [1.3, 0.7, 0.8]).x, st.norm.rvs(size=3), st.t.ppf(0.9, 5))
print(si.quad(lambda x: x ** 2.5, 0, 3), si.solve_ivp(lambda t, y: -y, (0, 2), [1.0]).y[0])
