# Writes test/tensor/fixtures/print.json: tensors and how PyTorch prints them. Elements and line breaks come from
# PyTorch's own functions, given suffixes in our spelling; then True/False become true/false.
# Run once, from the root of the repository, with PyTorch installed:  python scripts/reference/print.py
import json
import math
import random

import torch
from torch._tensor_str import _add_suffixes, _tensor_str

DTYPES = {'float32': torch.float32, 'float64': torch.float64, 'int32': torch.int32, 'bool': torch.bool}


def spelled(x, dtype, suffix):
    parts = []
    if x.numel() == 0 and x.dim() != 1:
        parts.append(f'shape={list(x.shape)}')
    if dtype != suffix.get('defaultDtype', 'float32') and not (dtype == 'bool' and x.numel() > 0):
        parts.append(f'dtype={dtype}')
    if 'gradFn' in suffix:
        parts.append(f"gradFn=<{suffix['gradFn']}>")
    elif suffix.get('requiresGrad'):
        parts.append('requiresGrad=true')
    if 'note' in suffix:
        parts.append(suffix['note'])
    body = '[]' if x.numel() == 0 else _tensor_str(x, len('tensor('))
    text = _add_suffixes('tensor(' + body, parts, len('tensor('), force_newline=False)
    return text.replace('True', 'true').replace('False', 'false')


def number(v):
    if math.isnan(v):
        return 'NaN'
    if math.isinf(v):
        return 'Infinity' if v > 0 else '-Infinity'
    return repr(v)


def sequence(kind, size):
    """Elements of large tensors, by formulas that the test repeats; all are exact in float32."""
    if kind == 'index':
        return [float(i) for i in range(size)]
    return [(i * 37 % 101) / 8 - 6 for i in range(size)]


cases = []


def case(values, shape, dtype='float32', **suffix):
    size = math.prod(shape)
    flat = sequence(values, size) if isinstance(values, str) else values
    x = torch.tensor(flat, dtype=torch.float64).to(DTYPES[dtype]).reshape(shape)
    kept = values if isinstance(values, str) else [number(v) for v in x.reshape(-1).double().tolist()]
    cases.append({'shape': shape, 'dtype': dtype, 'values': kept, 'suffix': suffix, 'text': spelled(x, dtype, suffix)})


inf, nan = math.inf, math.nan
case([1, 2, 3, 4], [2, 2])
case([1, 2.5], [2])
case([math.pi], [], 'float64')
case([math.pi], [])
case([1, 1e10], [2])
case([1, 10], [2], 'int32')
case([-7, 10, 100], [3], 'int32')
case([5], [], 'int32')
case([1, 0], [2], 'bool')
case([1], [], 'bool')
case([1, 1], [2], 'bool')
for v in [0, -0.0, 1, -1, 0.5, 1e8, 1.0001e8, 123456789, 1e-4, 9e-5, 1e-30, 1e30, nan, inf, -inf, 99999.5, 1e-45]:
    case([v], [])
    case([v], [1], 'float64')
for pair in [(nan, 1), (nan, 1.5), (inf, 1), (-inf, 1.25), (-inf, 1e-9), (nan, inf), (0, 1e-5), (0, 0), (-0.0, 1),
             (-0.0, 0.5), (-0.0, 1e9), (1, 1000), (1, 1001), (0.5, 500), (0.5, 501), (1e-4, 1e-3), (1e8, 1e6),
             (-1, -1000.5), (0.1, 100), (1e-300, 1e300), (1e100, 1e-101)]:
    case(list(pair), [2], 'float64')
# Exact ties between two decimals, which C rounds to the even digit.
case([1 / 32, 3 / 32, 5 / 32, 7 / 32, -1 / 32, -3 / 32, 33 / 32], [7])
case([100005, 100015, 100025, -100005, -100015, 1], [6])
case([100005 * 2.0**20, 1.5, 2.0**-20], [3], 'float64')
case([0.00625, 0.00635, 1.00005, 2.00015, 0.99995, 0.99994999], [6], 'float64')
for shape in [[0], [0, 3], [2, 0], [0, 0, 1]]:
    for dtype in DTYPES:
        case([], shape, dtype)
for shape in [[1000], [1001], [7, 143], [6, 200], [200, 6], [2, 2, 300], [10, 10, 10], [11, 10, 10], [3, 5, 8, 9], [1, 1, 1200],
              [12, 100], [100, 12], [30, 30], [2, 7, 100], [7, 2, 1, 100]]:
    case('index', shape)
    case('eighths', shape, 'float64')
for count in [9, 10, 11, 12, 13, 14, 18, 19, 20, 24, 25, 26, 40]:
    case('eighths', [count])
    case('index', [count])
    case('index', [2, count], 'int32')
    case('eighths', [2, 1, count])
# Suffixes that just fit on the last line, and those that do not.
for count in range(1, 30):
    case('index', [count], requiresGrad=True)
    case('index', [count], 'float64', gradFn='matmul')
    case('eighths', [count], 'float64', defaultDtype='float64', gradFn='sum', note='note=traced')
case([], [0, 3], 'float64', requiresGrad=True)
case([1], [1], 'float32', defaultDtype='float64')
case([1, 2], [2], note='note=structured')

random.seed(20)
styles = [
    lambda: random.uniform(-1, 1),
    lambda: random.gauss(0, 100),
    lambda: float(random.randint(-20, 20)),
    lambda: 10 ** random.uniform(-6, 6) * random.choice([-1, 1]),
    lambda: random.randint(-500, 500) / 32,
    lambda: random.choice([0.0, -0.0, 1.5, nan, inf, -inf, 2.0]),
]
for _ in range(150):
    shape = [random.randint(1, 4) for _ in range(random.randint(0, 4))]
    style = random.choice(styles)
    case([style() for _ in range(math.prod(shape))], shape, random.choice(['float32', 'float64']))

with open('test/tensor/fixtures/print.json', 'w') as file:
    file.write(f'{{\n  "source": "PyTorch {torch.__version__.split("+")[0]}",\n  "cases": [\n    ')
    file.write(',\n    '.join(json.dumps(c) for c in cases))
    file.write('\n  ]\n}\n')
