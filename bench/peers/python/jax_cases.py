"""The cases in JAX on the CPU, one thread."""

import jax
import jax.numpy as jnp
import numpy as np

version = jax.__version__
tensor = jnp.asarray
read = np.asarray
wait = jax.block_until_ready


def begin(dtype):
    jax.clear_caches()
    jax.config.update("jax_enable_x64", dtype == "float64")


def value_and_gradients(f, params, *rest, jit=True):
    g = jax.value_and_grad(f)
    g = jax.jit(g) if jit else g

    def step():
        value, gradients = g(params, *rest)
        return [value, *jax.tree.leaves(gradients)]

    return step


def dot_squared(jit):
    return lambda x: value_and_gradients(lambda w, x: (w @ x) ** 2, x["w"], x["x"], jit=jit)


def small_jacobian(x):
    f = jax.jacrev(lambda w: w * x["x"])
    return lambda: [f(x["w"])]


def small_hessian(x):
    f = jax.hessian(lambda w: w[0] ** 2 * w[1] + w[1] ** 3)
    return lambda: [f(x["w"])]


def cross_entropy(z, y):
    logp = jax.nn.log_softmax(z)
    return -jnp.take_along_axis(logp, y[:, None], axis=1).mean()


def mlp(jit):
    def prepare(x):
        def loss(layers, X, y):
            W1, b1, W2, b2 = layers
            return cross_entropy(jax.nn.relu(X @ W1 + b1) @ W2 + b2, y)

        def update(layers, X, y):
            value, gradients = jax.value_and_grad(loss)(layers, X, y)
            return [value, *(p - 0.1 * g for p, g in zip(layers, gradients))]

        f = jax.jit(update) if jit else update
        layers = [x[name] for name in ("W1", "b1", "W2", "b2")]
        return lambda: f(layers, x["X"], x["y"])

    return prepare


def matmul(f):
    f = jax.jit(f)
    return lambda x: lambda: [f(x["A"], x["B"])]


def elementwise(x):
    return value_and_gradients(lambda x: (jnp.tanh(x) * jnp.exp(-x * x) + jnp.log(1 + x * x)).sum(), x["x"])


def convolve(x, w):
    return jax.lax.conv(x, w, (1, 1), "SAME")


def convolution_forward(x):
    f = jax.jit(convolve)
    return lambda: [f(x["x"], x["w"])]


def first_mlp(x):
    def loss(layers, X, y):
        W1, b1, W2, b2, W3, b3 = layers
        return cross_entropy(jnp.tanh(jnp.tanh(X @ W1 + b1) @ W2 + b2) @ W3 + b3, y)

    return value_and_gradients(loss, [x[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3")], x["X"], x["y"])


def first_chain(x):
    def f(x):
        for _ in range(50):
            x = jnp.tanh(jnp.sin(x * 1.01 + 0.01))
        return x.sum()

    return value_and_gradients(f, x["x"])


def lstm(weights, xs):
    Wx, Wh, b = weights

    def cell(state, x):
        h, c = state
        i, f, g, o = jnp.split(x @ Wx.T + h @ Wh.T + b, 4, axis=-1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

    zero = jnp.zeros((xs.shape[1], Wh.shape[1]))
    return jax.lax.scan(cell, (zero, zero), xs)[0][0]


def weights_of(x):
    return [x["Wx"], x["Wh"], x["b"]]


def lstm_forward(x):
    f = jax.jit(lstm)
    return lambda: [f(weights_of(x), x["xs"])]


def structured(f, transform=jax.hessian, times_ones=False):
    """All entries, by JAX's own products; with `times_ones` the check is their product with ones."""

    def prepare(x):
        rest = {name: value for name, value in x.items() if name != "x"}
        g = jax.jit(lambda v, rest: transform(lambda u: f(u, **rest))(v))
        if not times_ones:
            return lambda: [g(x["x"], rest)]
        h = jax.jit(lambda v, rest: transform(lambda u: f(u, **rest))(v).reshape(v.size, v.size).sum(1).reshape(v.shape))
        first = [h(x["x"], rest)]

        def step():
            if first:
                return [first.pop()]
            return [g(x["x"], rest)]

        return step

    return prepare


def residual(U, V, Y):
    return Y - U @ V.T


def pairwise(P):
    d = P[:, None, :] - P[None, :, :]
    return jnp.exp(-(d**2).sum(2)).sum()


cases = {
    "dot-squared": dot_squared(jit=False),
    "dot-squared-jit": dot_squared(jit=True),
    "small-jacobian": small_jacobian,
    "small-hessian": small_hessian,
    "mlp": mlp(jit=False),
    "mlp-jit": mlp(jit=True),
    "matmul": matmul(lambda a, b: a @ b),
    "matmul-transposed-a": matmul(lambda a, b: a.T @ b),
    "matmul-transposed-b": matmul(lambda a, b: a @ b.T),
    "elementwise": elementwise,
    "cross-entropy": lambda x: value_and_gradients(cross_entropy, x["logits"], x["y"]),
    "convolution-forward": convolution_forward,
    "convolution": lambda x: value_and_gradients(lambda p: (convolve(*p) ** 2).sum(), [x["x"], x["w"]]),
    "first-mlp": first_mlp,
    "first-chain": first_chain,
    "structured-scale": structured(lambda x, w: w * x, jax.jacrev),
    "structured-tanh": structured(lambda x, W, b: jnp.tanh(W @ x + b), jax.jacrev),
    "structured-logistic": structured(lambda w, X, y: jax.nn.softplus(-y * (X @ w)).sum()),
    "structured-factorisation": structured(lambda U, V, Y: 0.5 * (residual(U, V, Y) ** 2).sum(), times_ones=True),
    "structured-masked": structured(lambda U, V, Y, M: 0.5 * (M * residual(U, V, Y) ** 2).sum(), times_ones=True),
    "structured-output": structured(lambda W, H, T: ((H @ W - T) ** 2).mean(), times_ones=True),
    "structured-pairwise": structured(pairwise),
    "structured-softmax": structured(
        lambda W, H, T: -(jax.nn.softmax(T, 1) * jax.nn.log_softmax(H @ W, 1)).sum(1).mean()
    ),
    "lstm-forward": lstm_forward,
    "lstm": lambda x: value_and_gradients(lambda w, xs: (lstm(w, xs) ** 2).sum(), weights_of(x), x["xs"]),
}
