import numpy as np
rng = np.random.default_rng(0)
inputs, outputs = rng.standard_normal((1000, 200)), rng.standard_normal((1000, 1))
first, second = rng.standard_normal((200, 128)) * 0.1, rng.standard_normal((128, 1)) * 0.1
# ---
for _ in range(20):
    hidden = np.tanh(inputs @ first)
    error = (hidden @ second - outputs) / len(inputs)
    back = error @ second.T * (1 - hidden**2)
    second[:] -= 0.1 * hidden.T @ error
    first[:] -= 0.1 * inputs.T @ back
