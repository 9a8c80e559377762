"""Reference values for indexing, shaping and products, from NumPy: writes test/ops/fixtures/indexing.json.

Inputs are never stored: x is 0, 1, 2, ... in row-major order, and operand k of a product is ((7 i + 3 k) mod 11) - 5 at
position i, so that every result is an exact integer.   python3 scripts/reference/indexing.py
"""
import json
import pathlib
import random

import numpy as np

rng = random.Random(20240613)


def counted(shape):
    return np.arange(int(np.prod(shape, dtype=int))).reshape(shape)


def operand(shape, k):
    n = int(np.prod(shape, dtype=int))
    return (((7 * np.arange(n) + 3 * k) % 11) - 5).reshape(shape)


def result(y):
    y = np.asarray(y)
    return {'shape': list(y.shape), 'values': [int(v) for v in y.ravel()]}


# ------------------------------------------------------------------------------------------------------- indexing

def random_range(n):
    end = lambda: rng.choice([None, rng.randint(-n - 2, n + 2)])
    step = rng.choice([None, None, 1, 2, 3, -1, -2])
    return [end(), end()] if step is None else [end(), end(), step]


def random_index(shape):
    """Entries as (json, numpy) pairs."""
    entries, axis, ellipsis = [], 0, False
    common = rng.choice([[2], [3], [2, 2], [1], [2, 1]])
    while axis < len(shape) and rng.random() < 0.93:
        n = shape[axis]
        kind = rng.choice(['int', 'all', 'range', 'range', 'ints', 'ints', 'mask', 'new', 'ellipsis'])
        if kind == 'int':
            i = rng.randint(-n, n - 1)
            entries.append((i, i))
        elif kind == 'all':
            entries.append((':', slice(None)))
        elif kind == 'range':
            r = random_range(n)
            entries.append(({'range': r}, slice(*r)))
        elif kind == 'ints':
            size = rng.choice([common, common, common[-1:], [1], []])
            a = np.array([rng.randint(-n, n - 1) for _ in range(int(np.prod(size, dtype=int)))], dtype=int).reshape(size)
            entries.append(({'ints': a.ravel().tolist(), 'shape': list(a.shape)}, a))
        elif kind == 'mask':
            rank = rng.choice([1, 1, 2])
            if axis + rank > len(shape):
                continue
            m = np.array([rng.random() < 0.5 for _ in range(int(np.prod(shape[axis:axis + rank])))]).reshape(shape[axis:axis + rank])
            entries.append(({'mask': [int(v) for v in m.ravel()], 'shape': list(m.shape)}, m))
            axis += rank - 1
        elif kind == 'new':
            entries.append((None, None))
            continue
        else:
            if ellipsis:
                continue
            ellipsis = True
            entries.append(('...', Ellipsis))
            axis += rng.randint(0, len(shape) - axis)
            continue
        axis += 1
    return entries


def indexing_cases(count):
    cases = []
    while len(cases) < count:
        shape = [rng.randint(1, 4) for _ in range(rng.randint(0, 4))]
        entries = random_index(shape)
        index = tuple(e for _, e in entries)
        x = counted(shape)
        try:
            y = x[index]
        except (IndexError, ValueError):
            continue
        case = {'shape': shape, 'index': [e for e, _ in entries], 'at': result(y)}
        v_shape = list(np.shape(y))
        for i in range(len(v_shape)):
            if rng.random() < 0.3:
                v_shape[i] = 1
        v_shape = v_shape[rng.randint(0, len(v_shape)):] if rng.random() < 0.3 else v_shape
        v = operand(v_shape, 1) + 100
        stored, added = x.copy(), x.copy()
        stored[index] = v
        np.add.at(added, index, v)
        case |= {'valueShape': v_shape, 'with': result(stored)['values'], 'addAt': result(added)['values']}
        cases.append(case)
    return cases


# --------------------------------------------------------------------------------------------------------- einsum

def einsum_cases(count):
    cases = []
    while len(cases) < count:
        letters = rng.sample('abcdeXY', rng.randint(1, 5))
        sizes = {c: rng.randint(1, 3) for c in letters}
        lead = [rng.randint(1, 3) for _ in range(rng.randint(0, 2))]
        with_ellipsis = rng.random() < 0.4
        terms, shapes = [], []
        for _ in range(rng.choice([1, 1, 2, 2, 2, 3, 3, 4, 5])):
            labels = [rng.choice(letters) for _ in range(rng.randint(0, 3))]
            shape = [sizes[c] for c in labels]
            if rng.random() < 0.15 and labels and len(set(labels)) == len(labels):
                shape[rng.randrange(len(shape))] = 1
            text = ''.join(labels)
            if with_ellipsis and rng.random() < 0.7:
                own = lead[rng.randint(0, len(lead)):]
                own = [1 if rng.random() < 0.2 else n for n in own]
                at = rng.randint(0, len(labels))
                text = text[:at] + '...' + text[at:]
                shape = shape[:at] + own + shape[at:]
            terms.append(text)
            shapes.append(shape)
        equation = ','.join(terms)
        if rng.random() < 0.7:
            used = sorted({c for t in terms for c in t if c != '.'})
            out = rng.sample(used, rng.randint(0, len(used)))
            if any('...' in t for t in terms):
                out.insert(rng.randint(0, len(out)), '...')
            equation += '->' + ''.join(out)
        if rng.random() < 0.2:
            equation = equation.replace(',', ' , ').replace('->', ' -> ')
        try:
            y = np.einsum(equation, *[operand(s, k) for k, s in enumerate(shapes)])
        except ValueError:
            continue
        cases.append({'equation': equation, 'shapes': shapes, 'out': result(y)})
    # More operands than the exact search takes.
    chain = 'ab,bc,cd,de,ef,fg,gh,hi,ij,jk->ak'
    shapes = [[2, 2]] * 10
    cases.append({'equation': chain, 'shapes': shapes, 'out': result(np.einsum(chain, *[operand(s, k) for k, s in enumerate(shapes)], optimize=True))})
    return cases


# ------------------------------------------------------------------------------------------- functions by name

def call(name, args, *operands, y):
    shapes = [list(np.shape(a)) for a in operands]
    ys = [result(v) for v in y] if isinstance(y, (list, tuple)) else [result(y)]
    return {'name': name, 'shapes': shapes, 'args': args, 'out': ys}


def function_cases():
    x, c, v, s = operand([3, 4], 0), operand([2, 3, 4], 0), operand([4], 0), operand([3, 3], 1)
    out = []
    one = lambda name, args, a, y: out.append(call(name, args, a, y=y))
    two = lambda name, args, a, b, y: out.append(call(name, args, a, b, y=y))
    for sections, axis in [(3, 0), (2, 1), (1, -1)]:
        one('split', [sections, axis], x, np.split(x, sections, axis))
    one('split', [[1, 0, 3], 1], x, np.split(x, [1, 1], 1))
    for n, axis in [(2, 0), (3, 1), (7, 1)]:
        one('chunk', [n, axis], x, [p for p in np.array_split(x, [i for i in range(0, x.shape[axis], -(-x.shape[axis] // n))][1:], axis)])
    one('unbind', [1], x, list(np.moveaxis(x, 1, 0)))
    for reps in [2, [2, 3], [2, 1, 3], [0, 1], [1, 2, 2, 1]]:
        one('tile', [reps], c, np.tile(c, reps))
    for n, axis in [(2, 0), (3, -1), (0, 1), ([1, 0, 2], 0)]:
        one('repeat', [n, axis], x, np.repeat(x, n, axis))
    one('repeat', [2], x, np.repeat(x, 2))
    for shift, axis in [(1, 0), (-5, 1), ([1, -1], [0, 1]), ([1, 2], [1, 1]), (2, [0, 1])]:
        one('roll', [shift, axis], x, np.roll(x, shift, axis))
    one('roll', [5], x, np.roll(x, 5))
    for mode in ['constant', 'edge', 'reflect', 'symmetric', 'wrap']:
        for widths in [1, [2, 0], [[1, 2], [0, 3]], [[0, 0], [3, 3]]]:
            one('pad', [widths, {'mode': mode}], x, np.pad(x, widths, mode=mode))
        if mode != 'wrap':
            one('pad', [[7, 9], {'mode': mode}], v, np.pad(v, [7, 9], mode=mode))
    one('pad', [[8, 9], {'mode': 'wrap'}], v, np.array([v[i % 4] for i in range(-8, 13)]))
    one('pad', [[1, 2], {'value': 7}], v, np.pad(v, [1, 2], constant_values=7))
    for k in [-4, -2, -1, 0, 1, 3, 5]:
        one('tril', [k], c, np.tril(c, k))
        one('triu', [k], c, np.triu(c, k))
        one('diag', [k], v, np.diag(v, k))
        one('diag', [k], x, np.diag(x, k))
        one('diagonal', [k], c, np.diagonal(c, k))
        one('diagonal', [k, -1, 0], c, np.diagonal(c, k, -1, 0))
        one('matrixTrace', [k, 1, 2], c, np.trace(c, k, 1, 2))
    one('diagEmbed', [0, -2, -1], x, np.einsum('ij,jk->ijk', x, np.eye(4, dtype=int)))
    one('diagEmbed', [0, 0, 2], x, np.einsum('ij,jk->jik', x, np.eye(4, dtype=int)))
    for k in range(-4, 5):
        one('rot90', [k], c, np.rot90(c, k))
        one('rot90', [k, [2, 0]], c, np.rot90(c, k, (2, 0)))
    for axis, size, step in [(1, 2, 1), (0, 2, 1), (1, 3, 2), (1, 4, 1)]:
        w = np.moveaxis(np.lib.stride_tricks.sliding_window_view(x, size, axis), axis, 0)[::step]
        one('unfold', [axis, size, step], x, np.moveaxis(w, 0, axis))
    two('blockDiag', [], x, s, np.block([[x, np.zeros((3, 3), int)], [np.zeros((3, 4), int), s]]))
    for indexing in ['xy', 'ij']:
        two('meshgrid', [{'indexing': indexing}], v, operand([3], 1), list(np.meshgrid(v, operand([3], 1), indexing=indexing)))
    two('vstack', [], x, operand([4], 1), np.vstack([x, operand([4], 1)]))
    two('hstack', [], x, operand([3, 2], 1), np.hstack([x, operand([3, 2], 1)]))
    two('hstack', [], v, operand([2], 1), np.hstack([v, operand([2], 1)]))
    b = lambda *shape: operand(list(shape), 1)
    for l, r in [((), (2, 3)), ((4,), (4,)), ((2, 4), (4,)), ((2, 3, 4), (4, 2)), ((2, 3), (2, 3, 4))]:
        two('dot', [], operand(list(l), 0), b(*r), np.dot(operand(list(l), 0), b(*r)))
    for l, r in [((), (2, 3)), ((4,), (4,)), ((2, 4), (3, 4)), ((2, 3, 4), (4,))]:
        two('inner', [], operand(list(l), 0), b(*r), np.inner(operand(list(l), 0), b(*r)))
    two('outer', [], x, b(2, 3), np.outer(x, b(2, 3)))
    for l, r in [((2,), (3,)), ((2, 3), (3, 2)), ((2,), (2, 2)), ((2, 1, 2), (3, 2)), ((), (2, 2))]:
        two('kron', [], operand(list(l), 0), b(*r), np.kron(operand(list(l), 0), b(*r)))
    for axes in [0, 1, 2, [[1], [0]], [[2, 1], [1, 0]], [-1, 1]]:
        r = b(4, 3) if axes == 1 else b(3, 4)
        if axes == [[1], [0]]:
            r = b(3, 4)
        two('tensordot', [axes], c, r, np.tensordot(c, r, axes))
    two('cross', [], operand([2, 3], 0), b(3), np.cross(operand([2, 3], 0), b(3)))
    two('cross', [0], operand([3, 4], 0), b(3, 4), np.cross(operand([3, 4], 0), b(3, 4), axis=0))
    two('vecdot', [], x, b(4), (x * b(4)).sum(-1))
    two('vecdot', [0], x, b(3, 1), (x * b(3, 1)).sum(0))
    return out


cases = {'indexing': indexing_cases(400), 'einsum': einsum_cases(300), 'functions': function_cases()}
path = pathlib.Path(__file__).parents[2] / 'test/ops/fixtures/indexing.json'
path.parent.mkdir(exist_ok=True)
path.write_text('{\n' + ',\n'.join(
    f'{json.dumps(name)}: [\n' + ',\n'.join(json.dumps(c, separators=(',', ':')) for c in group) + '\n]'
    for name, group in cases.items()) + '\n}\n')
