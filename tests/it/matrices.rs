//! Matrix products, as numpy and scipy ask for them.

use crate::support::Dir;

/// Compares with sums of exact products, for which `einsum` and BLAS are not used: each element is
/// off by no more than the roundings of its own terms.
const CHECK: &str = r#"
import math
import numpy as np

rng = np.random.default_rng(1)

def check(name, a, b, c):
    eps = np.finfo(c.dtype).eps
    for i, j in rng.integers([a.shape[0], b.shape[1]], size=(20, 2)):
        row, column = a[i].astype(float).tolist(), b[:, j].astype(float).tolist()
        terms = [x * y for x, y in zip(row, column)]
        exact, size = math.fsum(terms), math.fsum(map(abs, terms))
        assert abs(c[i, j] - exact) <= (len(terms) + 1) * eps * size, (name, i, j, c[i, j], exact)
"#;

fn check(program: &str) -> String {
    Dir::new().prints(&format!("{CHECK}{program}"))
}

#[test]
fn products_of_all_shapes_are_right() {
    let program = r#"
for dtype in np.float64, np.float32:
    for m, n, k in rng.integers(1, 300, size=(40, 3)):
        a = rng.standard_normal((m, k)).astype(dtype)
        b = rng.standard_normal((k, n)).astype(dtype)
        check("plain", a, b, a @ b)
        check("transposed", a, b, a.copy("F") @ b.T.copy().T)
        check("strided", a, b, np.repeat(a, 2, 0)[::2] @ np.repeat(b, 3, 1)[:, ::3])
        check("reversed", a[::-1], b[:, ::-1], a[::-1] @ b[:, ::-1])
        check("own transpose", a, a.T, a @ a.T)
print("all right")
"#;
    assert_eq!(check(program), "all right\n");
}

#[test]
fn routines_on_top_of_products_are_right() {
    let program = r#"
import scipy.linalg as la
for n in 1, 2, 7, 64, 129, 250:
    a = rng.standard_normal((n, n)) + n * np.eye(n)
    b = rng.standard_normal((n, 3))
    close = lambda x, y: np.allclose(x, y, rtol=1e-9, atol=1e-9 * n)
    assert close(a @ np.linalg.solve(a, b), b), n
    assert close(a @ np.linalg.inv(a), np.eye(n)), n
    u, s, vt = np.linalg.svd(a)
    assert close(u * s @ vt, a), n
    q, r = np.linalg.qr(a)
    assert close(q @ r, a) and close(q.T @ q, np.eye(n)), n
    lower = np.linalg.cholesky(a @ a.T)
    assert close(lower @ lower.T, a @ a.T), n
    assert close(a @ la.solve_triangular(np.triu(a), b) - a @ np.linalg.solve(np.triu(a), b), 0), n
    c = np.ones((n, n), order="F")
    assert close(la.blas.dgemm(2.0, a, a.T, beta=3.0, c=c), 2 * a @ a.T + 3), n
    assert close(la.blas.dsyrk(1.0, a), np.triu(a @ a.T)), n
    assert close(la.blas.dtrmm(1.0, np.triu(a), b), np.triu(a) @ b), n
print("all right")
"#;
    assert_eq!(check(program), "all right\n");
}

#[test]
fn values_that_are_no_numbers_go_where_they_should() {
    let program = r#"
a, b = np.ones((9, 11)), np.ones((11, 13))
a[2, 3], a[4, 5], b[7, 8], b[0, 12] = np.nan, np.inf, -np.inf, 0
a[6] = 0
with np.errstate(invalid="ignore"):
    c, terms = a @ b, a[:, :, None] * b[None]
    expected = np.array([[sum(terms[i, :, j]) for j in range(13)] for i in range(9)])
np.testing.assert_array_equal(c, expected)
print(np.isnan(c).sum(), np.isposinf(c).sum(), np.isneginf(c).sum())
print({value.tobytes().hex() for value in c[np.isnan(c)]})
"#;
    assert_eq!(check(program), "15 12 6\n{'000000000000f87f'}\n");
}

#[test]
fn products_are_paid_for() {
    let dir = Dir::new();
    let product =
        "import numpy as np; a = np.ones((1200, 1200)); print('before'); print((a @ a)[0, 0])";
    dir.python(["--fuel", "80M", "-c", product])
        .run()
        .code(121)
        .prints("before\n");
    dir.python(["--fuel", "800M", "-c", product])
        .run()
        .code(0)
        .prints("before\n1200.0\n");
}
