# Writes test/optim/fixtures/trajectories.json: parameters after every step of torch.optim on one smooth, non-convex function
# of a matrix and a vector, in float64: f(w, b) = sum(cosh(A w + b)) + sum(sin(3 w)) + sum(b^2) / 2.
# Run once, from the root of the repository:  python scripts/reference/optim.py   (needs torch)
import json
import pathlib

import torch

steps = 12
A = torch.tensor([[0.5, -1.0, 0.3], [0.2, 0.4, -0.7]], dtype=torch.float64)
start = {'w': [[0.3, -0.2], [0.1, 0.5], [-0.4, 0.2]], 'b': [0.25, -0.5]}


def loss(w, b):
    return torch.cosh(A @ w + b).sum() + torch.sin(3 * w).sum() + (b * b).sum() / 2


def run(make):
    w = torch.tensor(start['w'], dtype=torch.float64, requires_grad=True)
    b = torch.tensor(start['b'], dtype=torch.float64, requires_grad=True)
    optimizer, scheduler = make([w, b])
    path = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss(w, b).backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        path.append({'w': w.tolist(), 'b': b.tolist()})
    return path


names = {'weightDecay': 'weight_decay', 'lrDecay': 'lr_decay', 'initialAccumulator': 'initial_accumulator_value'}
cases = [
    ('sgd', {'lr': 0.05}),
    ('sgd', {'lr': 0.05, 'momentum': 0.9}),
    ('sgd', {'lr': 0.05, 'momentum': 0.9, 'nesterov': True, 'weightDecay': 0.1}),
    ('sgd', {'lr': 0.05, 'momentum': 0.8, 'dampening': 0.3}),
    ('adam', {'lr': 0.05}),
    ('adam', {'lr': 0.05, 'betas': [0.8, 0.95], 'eps': 1e-3, 'weightDecay': 0.1}),
    ('adam', {'lr': 0.1, 'amsgrad': True}),
    ('adamw', {'lr': 0.05}),
    ('adamw', {'lr': 0.05, 'weightDecay': 0.3, 'amsgrad': True}),
    ('rmsprop', {'lr': 0.02}),
    ('rmsprop', {'lr': 0.02, 'alpha': 0.9, 'momentum': 0.5, 'weightDecay': 0.1}),
    ('rmsprop', {'lr': 0.02, 'centered': True, 'eps': 1e-4}),
    ('adagrad', {'lr': 0.1}),
    ('adagrad', {'lr': 0.1, 'lrDecay': 0.2, 'initialAccumulator': 0.5, 'weightDecay': 0.1}),
]
classes = {'sgd': 'SGD', 'adam': 'Adam', 'adamw': 'AdamW', 'rmsprop': 'RMSprop', 'adagrad': 'Adagrad'}
fixture = {'A': A.tolist(), 'start': start, 'cases': [], 'schedules': {}}
for name, options in cases:
    given = {names.get(key, key): value for key, value in options.items()}
    path = run(lambda p: (getattr(torch.optim, classes[name])(p, **given), None))
    fixture['cases'].append({'name': name, 'class': classes[name], 'options': options, 'path': path})


def rates(make):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    scheduler = make(optimizer)
    values = []
    for _ in range(steps):
        values.append(optimizer.param_groups[0]['lr'])
        optimizer.step()
        scheduler.step()
    return values


lr = torch.optim.lr_scheduler
fixture['schedules'] = {
    'exponential': rates(lambda o: lr.ExponentialLR(o, 0.9)),
    'staircase': rates(lambda o: lr.StepLR(o, 4, 0.5)),
    'cosine': rates(lambda o: lr.CosineAnnealingLR(o, steps, 0.1)),
}
out = pathlib.Path('test/optim/fixtures')
out.mkdir(parents=True, exist_ok=True)
(out / 'trajectories.json').write_text(json.dumps(fixture, separators=(',', ':')).replace('{"name"', '\n{"name"') + '\n')
