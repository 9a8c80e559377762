import torch
from torch.func import grad

def f(p):
    x, y = p
    return x.sin() * y.cos() + (x**2 + y**2) / 10

p = torch.tensor([1.0, 0.5])
print(f(p))
print(grad(f)(p))
