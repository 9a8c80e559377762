import torch
from torch.func import grad, hessian

def f(p):
    return (p[0] - 1)**2 + 5 * (p[1] - p[0]**2)**2

start = torch.tensor([-1.0, 2.0], dtype=torch.float64)

x = start
for _ in range(100):
    x = x - 0.02 * grad(f)(x)
print('descent', x)
print(f(x))

x = start
for _ in range(6):
    x = x - torch.linalg.solve(hessian(f)(x), grad(f)(x))
print('Newton ', x)
print(f(x))
