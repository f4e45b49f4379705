import numpy as np, pandas as pd, xarray as xr
d = xr.DataArray(np.arange(24.0).reshape(4, 3, 2), dims=("t", "x", "y"), coords={"t": pd.date_range("2020-01-01", periods=4, freq="D"), "x": [10, 20, 30]}, name="v", attrs={"units": "K"})
print(d.mean("t").values, d.sel(x=20, t="2020-01-02").values, d.groupby("t.day").sum().values.shape, (d.isel(t=0) + d.isel(t=1)).sum().item(), d.interp(x=15).values[0], d.rolling(t=2).mean().values[1, 0], d.where(d > 5).count().item())
s = xr.Dataset({"v": d, "w": ("x", [1.0, 2.0, 3.0])}); print(s.to_dataframe().describe(), s.resample(t="2D").mean().v.values[:, 0, 0], xr.concat([d, d], "t").shape, s.stack(z=("x", "y")).z.size, (s.v.weighted(s.w).mean("x")).values[0])
xr.testing.assert_allclose(xr.Dataset.from_dict(s.to_dict()), s); print(xr.apply_ufunc(np.sqrt, d).max().item(), d.polyfit("x", 1).polyfit_coefficients.values[0, 0], xr.merge([s, {"q": 3}]).q.item(), d[0].to_pandas())
