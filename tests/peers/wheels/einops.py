import numpy as np
from einops import rearrange, reduce, repeat, einsum, pack, unpack, parse_shape, EinopsError
x = np.arange(2 * 3 * 4 * 6, dtype=float).reshape(2, 3, 4, 6)
print(rearrange(x, "b c h w -> b (h w) c").shape, reduce(x, "b c (h h2) (w w2) -> b c h w", "mean", h2=2, w2=3), repeat(x[0, 0], "h w -> h (w k)", k=2).shape, einsum(x, x, "b c h w, b d h w -> b c d").sum(), pack([x[:, 0], x[:, 1]], "b * w")[0].shape, parse_shape(x, "b c _ w"))
try: rearrange(x, "b c -> c b")
except EinopsError as e: print(str(e).splitlines()[0])
