"""The cases in PyTorch on the CPU, one thread, eager: its ordinary way of working."""

import numpy as np
import torch
from torch.nn import functional as F

torch.set_num_threads(1)
version = torch.__version__


def tensor(value):
    x = torch.from_numpy(np.array(value))
    return x.long() if x.dtype == torch.int32 else x


def read(x):
    return x.detach().numpy()


def begin(dtype):
    pass


def wait(outputs):
    return outputs


def value_and_gradients(f, leaves):
    leaves = [p.requires_grad_() for p in leaves]

    def step():
        for p in leaves:
            p.grad = None
        value = f(*leaves)
        value.backward()
        return [value, *(p.grad for p in leaves)]

    return step


def dot_squared(x):
    return value_and_gradients(lambda w: (w @ x["x"]) ** 2, [x["w"]])


def small_jacobian(x):
    return lambda: [torch.autograd.functional.jacobian(lambda w: w * x["x"], x["w"])]


def small_hessian(x):
    return lambda: [torch.autograd.functional.hessian(lambda w: w[0] ** 2 * w[1] + w[1] ** 3, x["w"])]


def mlp(x):
    layers = [x[name].requires_grad_() for name in ("W1", "b1", "W2", "b2")]
    W1, b1, W2, b2 = layers
    optimizer = torch.optim.SGD(layers, lr=0.1)

    def step():
        loss = F.cross_entropy(F.relu(x["X"] @ W1 + b1) @ W2 + b2, x["y"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return [loss, *layers]

    return step


def elementwise(x):
    def f(x):
        s = x * x
        return (torch.tanh(x) * torch.exp(-s) + torch.log(1 + s)).sum()

    return value_and_gradients(f, [x["x"]])


def convolution_forward(x):
    @torch.no_grad()
    def step():
        return [F.conv2d(x["x"], x["w"], padding=1)]

    return step


def convolution(x):
    return value_and_gradients(lambda x, w: F.conv2d(x, w, padding=1).square().sum(), [x["x"], x["w"]])


def lstm_of(x):
    lstm = torch.nn.LSTM(x["Wx"].shape[1], x["Wh"].shape[1])
    for name, value in (("weight_ih_l0", x["Wx"]), ("weight_hh_l0", x["Wh"]), ("bias_ih_l0", x["b"])):
        setattr(lstm, name, torch.nn.Parameter(value))
    lstm.bias_hh_l0 = torch.nn.Parameter(torch.zeros_like(x["b"]), requires_grad=False)
    return lstm, [lstm.weight_ih_l0, lstm.weight_hh_l0, lstm.bias_ih_l0]


def lstm_forward(x):
    lstm, _ = lstm_of(x)

    @torch.no_grad()
    def step():
        return [lstm(x["xs"])[1][0]]

    return step


def lstm_backward(x):
    lstm, weights = lstm_of(x)
    return value_and_gradients(lambda *_: lstm(x["xs"])[1][0].square().sum(), weights)


def structured(f, transform=torch.func.hessian, times_ones=False):
    """All entries, by PyTorch's own products; with `times_ones` the check is their product with ones."""

    def prepare(x):
        rest = {name: value for name, value in x.items() if name != "x"}
        v = x["x"]
        g = transform(lambda u: f(u, **rest))
        if not times_ones:
            return lambda: [g(v)]
        first = [g(v).reshape(v.numel(), -1).sum(1).reshape(v.shape)]

        def step():
            return [first.pop()] if first else [g(v)]

        return step

    return prepare


def residual(U, V, Y):
    return Y - U @ V.T


def pairwise(P):
    d = P[:, None, :] - P[None, :, :]
    return torch.exp(-(d**2).sum(2)).sum()


cases = {
    "dot-squared": dot_squared,
    "dot-squared-jit": dot_squared,
    "small-jacobian": small_jacobian,
    "small-hessian": small_hessian,
    "mlp": mlp,
    "mlp-jit": mlp,
    "matmul": lambda x: lambda: [x["A"] @ x["B"]],
    "matmul-transposed-a": lambda x: lambda: [x["A"].T @ x["B"]],
    "matmul-transposed-b": lambda x: lambda: [x["A"] @ x["B"].T],
    "elementwise": elementwise,
    "cross-entropy": lambda x: value_and_gradients(lambda z: F.cross_entropy(z, x["y"]), [x["logits"]]),
    "convolution-forward": convolution_forward,
    "convolution": convolution,
    "structured-scale": structured(lambda x, w: w * x, torch.func.jacrev),
    "structured-tanh": structured(lambda x, W, b: torch.tanh(W @ x + b), torch.func.jacrev),
    "structured-logistic": structured(lambda w, X, y: F.softplus(-y * (X @ w)).sum()),
    "structured-factorisation": structured(lambda U, V, Y: 0.5 * (residual(U, V, Y) ** 2).sum(), times_ones=True),
    "structured-masked": structured(lambda U, V, Y, M: 0.5 * (M * residual(U, V, Y) ** 2).sum(), times_ones=True),
    "structured-output": structured(lambda W, H, T: ((H @ W - T) ** 2).mean(), times_ones=True),
    "structured-pairwise": structured(pairwise),
    "structured-softmax": structured(lambda W, H, T: -(F.softmax(T, 1) * F.log_softmax(H @ W, 1)).sum(1).mean()),
    "lstm-forward": lstm_forward,
    "lstm": lstm_backward,
}
