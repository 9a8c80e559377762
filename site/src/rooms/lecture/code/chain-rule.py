import torch
from torch.func import jacrev, jvp, vjp

W = torch.tensor([[1.0, -2.0], [0.5, 1.0], [-1.0, 0.5]])
f = lambda x: torch.tanh(W @ x)      # R² → R³
g = lambda u: (u**2).sum()           # R³ → R
x = torch.tensor([0.4, 0.1])

_, dy = jvp(f, (x,), (torch.tensor([1.0, 0.0]),))
print(dy)                            # J v: a column
_, pullback = vjp(f, x)
row, = pullback(torch.tensor([1.0, 0.0, 0.0]))
print(row)                           # uᵀ J: a row
print(jacrev(g)(f(x)) @ jacrev(f)(x))  # the chain rule
