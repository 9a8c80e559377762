import torch

w = torch.tensor(0.5, requires_grad=True)
b = torch.tensor(-1.0, requires_grad=True)
x, y = 2.0, 1.0

loss = (torch.sigmoid(w * x + b) - y) ** 2
loss.backward()
print(loss.item())
print(w.grad, b.grad)
