import torch
from torch.func import grad, hessian

def f(p):
    return (1 - p[0])**2 + 5 * (p[1] - p[0]**2)**2

x = torch.tensor([-1.0, 2.0], dtype=torch.float64)
for _ in range(100):
    x = x - 0.02 * grad(f)(x)
print('descent', x, f(x).item())

x = torch.tensor([-1.0, 2.0], dtype=torch.float64)
for _ in range(6):
    x = x - torch.linalg.solve(hessian(f)(x), grad(f)(x))
print('Newton ', x, f(x).item())
