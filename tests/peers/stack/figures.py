# matplotlib, seaborn and pillow: figures as files in memory. The arrays compared are small means of
# blocks of pixels: fonts are matplotlib's own, but edges may fall otherwise by a rounding.
import io, warnings; warnings.filterwarnings("ignore")
import numpy as np, pandas as pd, matplotlib; matplotlib.use("Agg")
import matplotlib.pyplot as plt, seaborn as sns
from PIL import Image, ImageDraw, ImageFilter, ImageOps
def show(name, fig):
    b = io.BytesIO(); fig.savefig(b, format="png", dpi=60); plt.close(fig); i = Image.open(b); p = np.asarray(i.convert("L"), float); h, w = p.shape
    print(name, i.size, i.mode, np.round(p[: h // 8 * 8, : w // 8 * 8].reshape(8, h // 8, 8, w // 8).mean((1, 3))).astype(int).tolist())
rng = np.random.default_rng(0); x = np.linspace(0, 10, 50)
f, ax = plt.subplots(2, 3, figsize=(8, 5), layout="constrained"); ax[0, 0].plot(x, np.sin(x), "r--o", label="sin"); ax[0, 0].legend(); ax[0, 0].set(title=r"$\alpha^2 + \frac{1}{2}$", xlabel="x", ylim=(-2, 2)); ax[0, 1].scatter(x, rng.random(50), c=x, s=x * 9); ax[0, 2].bar(list("abc"), [3, 1, 2], yerr=0.3); m = ax[1, 0].imshow(rng.random((8, 8)), cmap="viridis"); f.colorbar(m, ax=ax[1, 0]); ax[1, 1].hist(rng.normal(size=200), 15); ax[1, 1].set_yscale("log"); ax[1, 2].contourf(np.outer(x, np.cos(x))); show("panels", f)
f = plt.figure(figsize=(4, 4)); a = f.add_subplot(projection="3d"); u, v = np.meshgrid(x, x); a.plot_surface(u, v, np.sin(u) * v); show("surface", f)
f, a = plt.subplots(subplot_kw={"projection": "polar"}, figsize=(4, 4)); a.fill(x, x, alpha=0.5); show("polar", f); f, a = plt.subplots(figsize=(4, 3)); a.boxplot([rng.normal(size=30), rng.normal(1, 2, 30)]); a.annotate("here", (1, 0), (1.5, 2), arrowprops={"arrowstyle": "->"}); a.text(0.5, -2, "né"); a.fill_between([1, 2], [0, 1], [1, 2], hatch="//"); show("boxes", f)
d = pd.DataFrame({"x": rng.normal(size=60), "g": list("ab") * 30}); d["y"] = d.x * 2 + rng.normal(size=60); sns.set_theme(); f, a = plt.subplots(1, 3, figsize=(9, 3)); sns.scatterplot(d, x="x", y="y", hue="g", ax=a[0]); sns.histplot(d, x="x", hue="g", kde=True, ax=a[1]); sns.heatmap(d[["x", "y"]].corr(), annot=True, ax=a[2]); show("seaborn", f); show("joint", sns.jointplot(d, x="x", y="y", height=4).figure); show("facets", sns.relplot(d, x="x", y="y", col="g", height=3).figure); show("pandas", d.plot(x="x", y="y", kind="scatter", figsize=(4, 3)).figure)
plt.rcdefaults(); f, a = plt.subplots(figsize=(3, 2)); a.plot([1, 2], [2, 1])
for kind in ("svg", "pdf", "eps"): b = io.BytesIO(); f.savefig(b, format=kind, metadata={} if kind == "eps" else {"Date": None} if kind == "svg" else {"CreationDate": None}); print(kind, b.getvalue()[:4], b.tell() > 3000)
b = io.BytesIO(); f.savefig(b, format="tiff"); print(Image.open(b).size)
i = Image.new("RGB", (60, 40), "white"); w = ImageDraw.Draw(i); w.ellipse((5, 5, 30, 30), fill="red", outline="black"); w.line((0, 0, 59, 39), fill=(0, 0, 255), width=2); w.rectangle((40, 10, 50, 20), fill="#0f0")
for name, j in (("own", i), ("resized", i.resize((20, 20), Image.Resampling.LANCZOS)), ("rotated", i.rotate(30, expand=True)), ("blurred", i.filter(ImageFilter.GaussianBlur(2))), ("grey", i.convert("L")), ("cropped", i.crop((5, 5, 20, 20))), ("flipped", ImageOps.mirror(i)), ("palette", i.quantize(4).convert("RGB")), ("thresholded", i.convert("1").convert("L"))): print(name, j.size, j.mode, np.asarray(j, float).mean().round(1))
for kind in ("PNG", "BMP", "GIF", "PPM", "TIFF", "TGA"): b = io.BytesIO(); i.save(b, kind); print(kind, Image.open(io.BytesIO(b.getvalue())).size, np.asarray(Image.open(b).convert("RGB"), float).mean().round(1)); 
