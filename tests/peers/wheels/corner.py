import io, numpy as np, corner
from PIL import Image
f = corner.corner(np.random.RandomState(0).randn(500, 3), labels=["a", "b", "c"], quantiles=[0.16, 0.5, 0.84], show_titles=True); o = io.BytesIO(); f.savefig(o, dpi=50); print(Image.open(o).size, [a.get_title() for a in f.axes if a.get_title()], corner.quantile(np.arange(10.0), [0.5]))
