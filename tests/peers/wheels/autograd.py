import autograd.numpy as np
from autograd import grad, jacobian, hessian, elementwise_grad, value_and_grad, hessian_vector_product
from autograd.misc.optimizers import adam
from autograd.test_util import check_grads
def f(w): return np.sum(np.tanh(np.dot(w, w)) + np.linalg.det(w) * np.exp(-w[0, 1] ** 2))
w = np.array([[0.5, 0.2], [-0.3, 0.8]])
print(grad(f)(w), jacobian(lambda x: np.outer(x, x)[0])(w[0]), hessian(lambda x: np.prod(x))(w[0]))
check_grads(lambda w: np.sum(np.tanh(np.dot(w, w))), order=2)(w)
rng = np.random.RandomState(0); X, y = rng.randn(64, 3), rng.randn(64)
def loss(p, i=0): return np.mean((np.dot(np.tanh(np.dot(X, p["a"])), p["b"]) - y) ** 2)
p = adam(grad(loss), {"a": rng.randn(3, 4) * 0.1, "b": rng.randn(4)}, num_iters=60)
print(loss(p), value_and_grad(np.sin)(0.3), elementwise_grad(np.log)(np.array([1.0, 2.0])), hessian_vector_product(f)(w, w))
