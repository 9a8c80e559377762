"""The playground's examples, written again in JAX: value, gradients and the eigenvalues of a Hessian or the entries of a Jacobian.

    python3 scripts/reference/playground.py > site/test/fixtures/playground-examples.json        needs jax
"""
import json

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

POINTS = np.reshape([0.5, 1.2, -0.3, 0.8, 1.5, -0.4, -1.1, 0.2, -0.7, -1.3, 0.1, -0.9], (6, 2))
CORNERS = jnp.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
TARGETS = jnp.array([0.0, 1, 1, 0])


def array(shape, *values):
    return jnp.array(np.reshape(values, shape), dtype=jnp.float64)


def network(W, b, v):
    hidden = jnp.tanh(CORNERS @ W + b)
    return jnp.sum((jax.nn.sigmoid(hidden @ v) - TARGETS) ** 2) + 0.001 * jnp.sum(v**2)


def gaussian(S, x, mu):
    d = x - mu
    return 0.5 * (d @ jnp.linalg.solve(S, d) + jnp.linalg.slogdet(S)[1])


def kalman(x):
    q, r = jnp.exp(x[0]), jnp.exp(x[1])
    mean, variance, loss = 0.0, 1.0, 0.0
    for y in [1.1, 0.8, 1.4, 2.2, 1.9, 2.6]:
        total = variance + q + r
        loss += 0.5 * (jnp.log(total) + (y - mean) ** 2 / total)
        gain = (variance + q) / total
        mean += gain * (y - mean)
        variance = (variance + q) * (1 - gain)
    return loss


def logistic_map(x, r):
    for _ in range(30):
        x = r * x * (1 - x)
    return x


def deep(x):
    return jax.lax.fori_loop(0, 3333, lambda _, x: x + 0.5 * jnp.sin(x), x).sum()


SIGNS = array(6, 1, 1, -1, -1, -1, 1)
SIGNAL = array(12, 0.1, 0.4, 0.2, 0.9, 1.3, 0.9, 1.6, 1.2, 1.9, 1.7, 2.3, 2)
SCORES = array(4, 1, 2, 0.5, -1)

# Name: function, arguments, the argument of the matrix.
EXAMPLES = {
    "rosenbrock": (lambda x: 100 * (x[1] - x[0] ** 2) ** 2 + (x[0] - 1) ** 2, [array(2, -1.2, 1)], 0),
    "himmelblau": (lambda x: (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2, [array(2, -0.5, -1)], 0),
    "quadratic": (
        lambda x, A, b: 0.5 * x @ A @ x - b @ x,
        [array(2, -1, 1.5), array((2, 2), 3, 1, 1, 1), array(2, 1, 0.5)],
        0,
    ),
    "rastrigin": (lambda x: jnp.sum(x**2 - 3 * jnp.cos(2 * jnp.pi * x) + 3), [array(2, 1.7, -1.3)], 0),
    "elementwise": (lambda x: jnp.sin(2 * x) * jnp.exp(-(x**2)), [array(6, -1.5, -0.9, -0.3, 0.3, 0.9, 1.5)], 0),
    "tanh-layer": (
        lambda x, W, b: jnp.tanh(W @ x + b),
        [
            array(3, 0.5, -1, 0.25),
            array((4, 3), 0.4, -0.2, 0.7, -0.6, 0.1, 0.3, 0.9, 0.5, -0.8, -0.1, 0.8, 0.2),
            array(4, 0.1, -0.2, 0, 0.3),
        ],
        0,
    ),
    "softmax": (jax.nn.softmax, [SCORES], 0),
    "attention": (
        lambda Q, K, V: jax.nn.softmax(Q @ K.T / jnp.sqrt(2.0)) @ V,
        [
            array((3, 2), 1, 0, 0, 1, 1, -1),
            array((4, 2), 1, 0.5, -1, 0.5, 0, 1, 0.5, -0.5),
            array((4, 2), 1, 0, 0, 1, 2, 1, -1, 0.5),
        ],
        0,
    ),
    "least-squares": (
        lambda w, X, y: jnp.sum((X @ w - y) ** 2),
        [array(2, 0, 0), jnp.array(POINTS), array(6, 1, 0.5, 0.8, -0.6, -1.4, -0.5)],
        0,
    ),
    "logistic": (
        lambda w, X, y: jnp.mean(jnp.logaddexp(0, -y * (X @ w))) + 0.05 * jnp.sum(w**2),
        [array(2, -1, 2), jnp.array(POINTS), SIGNS],
        0,
    ),
    "network": (
        network,
        [array((2, 3), 0.9, -0.6, 1.1, -0.8, 0.7, 1.3), array(3, 0.1, -0.2, -0.4), array(3, 1.2, 1, -0.6)],
        0,
    ),
    "factorisation": (
        lambda U, V, R: jnp.sum((R - U @ V.T) ** 2),
        [
            array((4, 2), 1, 0.5, 0.8, 0.2, 0.1, 1, 0.3, 1.5),
            array((3, 2), 2, 0.5, 1.5, 0.8, 0.2, 1.4),
            array((4, 3), 5, 3, 1, 1, 4, 3, 1, 1, 1, 1, 5, 4),
        ],
        0,
    ),
    "gaussian": (gaussian, [array((2, 2), 2, 0.5, 0.5, 1), array(2, 1, -0.5), array(2, 0.2, 0.3)], 1),
    "kalman": (kalman, [array(2, -1, -1)], 0),
    "smoothing": (
        lambda x, y: jnp.sum((x - y) ** 2) + 4 * jnp.sum((x[1:] - x[:-1]) ** 2),
        [jnp.zeros(12), SIGNAL],
        0,
    ),
    "logistic-map": (logistic_map, [array((), 0.3), array((), 2.9)], 0),
    "deep": (deep, [array(3, 0.1, 0.5, 1.5)], 0),
}


def flat(x):
    return [float(v) for v in np.ravel(x)]


def reference(f, args, wrt):
    value = f(*args)
    found = {"value": flat(value)}
    if value.ndim == 0:
        everything = tuple(range(len(args)))
        found["gradients"] = [flat(g) for g in jax.jacrev(f, argnums=everything)(*args)]
        n = args[wrt].size
        H = jax.jacfwd(jax.jacrev(f, argnums=wrt), argnums=wrt)(*args).reshape(n, n)
        found["eigenvalues"] = flat(np.linalg.eigvalsh(H))
    else:
        found["jacobian"] = flat(jax.jacrev(f, argnums=wrt)(*args))
    return found


print(json.dumps({name: reference(*example) for name, example in EXAMPLES.items()}, indent=1))
