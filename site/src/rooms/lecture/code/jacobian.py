import torch
from torch.func import jacrev

def f(p):
    x, y = p
    return torch.stack([x + 0.4 * (1.5 * y).sin(),
                        y + 0.3 * x**2, x * y])

p = torch.tensor([1.0, 0.5])
print(jacrev(f)(p))
print(jacrev(f)(p).shape)
