import warnings; warnings.filterwarnings("ignore")
import io, pandas as pd, numpy as np
from plotnine import ggplot, aes, geom_point, geom_smooth, facet_wrap, geom_histogram, theme_minimal, labs, geom_boxplot
from PIL import Image
d = pd.DataFrame({"x": np.linspace(0, 10, 40), "g": list("ab") * 20}); d["y"] = d.x ** 1.5 + (d.g == "a")
for p in (ggplot(d, aes("x", "y", color="g")) + geom_point() + geom_smooth(method="lm") + labs(title="t"), ggplot(d, aes("y")) + geom_histogram(bins=7) + facet_wrap("g") + theme_minimal(), ggplot(d, aes("g", "y")) + geom_boxplot()):
    out = io.BytesIO(); p.save(out, format="png", dpi=50, width=4, height=3, verbose=False); print(Image.open(out).size)
