import torch
from torch.func import hessian

def f(p):
    x, y = p
    return x.sin() * y.cos() + (x**2 + y**2) / 10

H = hessian(f)(torch.tensor([1.0, 0.5]))
print(H)
print(torch.linalg.eigvalsh(H))
