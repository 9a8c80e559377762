// Section A: backward, grad and accumulation on the tape.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as autograd from '../../src/eager/autograd.ts';
import {
  AutogradError,
  add,
  DTypeError,
  GraphFreedError,
  mul,
  ShapeError,
  square,
  type Tensor,
  tensor,
  zeros,
} from '../../src/index.ts';
import '../../src/eager/methods.ts';
import { noGrad } from '../../src/eager/modes.ts';
import { greater } from '../../src/ops/comparison.ts';
import { exp } from '../../src/ops/exponential.ts';
import { take } from '../../src/ops/indexing.ts';
import { broadcastTo, slice } from '../../src/ops/movement.ts';
import { sum } from '../../src/ops/reduction.ts';
import { floor } from '../../src/ops/rounding.ts';
import { where } from '../../src/ops/select.ts';
import { argsort } from '../../src/ops/sorting.ts';
import { grad, jacobian } from '../../src/transforms/derivatives.ts';
import { jvp } from '../../src/transforms/jvp.ts';
import { vmap } from '../../src/transforms/vmap.ts';

const leaf = (data: number[] | number, dtype: 'float32' | 'float64' = 'float64'): Tensor =>
  tensor(data, { dtype, requiresGrad: true });
const plain = (data: number[] | number): Tensor => tensor(data, { dtype: 'float64' });
const numbers = (x: Tensor | null): unknown => (x === null ? null : x.toArray());
const assign = (x: Tensor, members: { grad?: Tensor; requiresGrad?: boolean }): Tensor => Object.assign(x, members);

describe('backward', () => {
  test('A1 fills .grad of every leaf', () => {
    const [w, x] = [leaf([1, 2, 3]), leaf([4, 5, 6])];
    sum(w.mul(x)).backward();
    expect(numbers(w.grad)).toEqual([4, 5, 6]);
    expect(numbers(x.grad)).toEqual([1, 2, 3]);
  });

  test('A2 without argument on a non-scalar raises and says what to do', () => {
    const y = leaf([1, 2, 3]).square();
    expect(() => y.backward()).toThrow(
      /backward: a gradient is implied for one-element outputs only, and this one has shape \[3\]\.\n {2}hint: .*sum\(\)\.backward\(\)/,
    );
    expect(() => y.backward()).toThrow(AutogradError);
  });

  test('A3 one element of any shape counts as a scalar', () => {
    const x = tensor([[[3]]], { dtype: 'float64', requiresGrad: true });
    x.square().backward();
    expect(numbers(x.grad)).toEqual([[[6]]]);
  });

  test('A4 .grad accumulates over calls', () => {
    const x = leaf(3);
    x.square().backward();
    x.square().backward();
    expect(x.grad!.item()).toBe(12);
  });

  test('A5 accumulation replaces the tensor; the one read before keeps its value', () => {
    const x = leaf(3);
    x.square().backward();
    const before = x.grad!;
    x.square().backward();
    expect(before.item()).toBe(6);
    expect(x.grad).not.toBe(before);
  });

  test('A6 a second backward through freed values raises and names retainGraph', () => {
    const y = leaf(3).square();
    y.backward();
    expect(() => y.backward()).toThrow(GraphFreedError);
    expect(() => y.backward()).toThrow(
      /backward: the values saved by square have been freed by an earlier backward\.\n.*retainGraph: true/,
    );
  });

  test('A7 a graph that saved nothing can run again', () => {
    const x = leaf([1, 2]);
    const y = sum(add(x, 1));
    y.backward();
    y.backward();
    expect(numbers(x.grad)).toEqual([2, 2]);
  });

  test('A8 retainGraph lets it run again, twice the gradient', () => {
    const x = leaf(3);
    const y = x.square();
    y.backward(null, { retainGraph: true });
    y.backward();
    expect(x.grad!.item()).toBe(12);
    expect(() => y.backward()).toThrow(GraphFreedError);
  });

  test('A9 retainGraph defaults to createGraph', () => {
    const x = leaf(3);
    const y = x.square();
    y.backward(null, { createGraph: true });
    y.backward(null, { createGraph: true, retainGraph: false });
    expect(() => y.backward()).toThrow(GraphFreedError);
  });

  test('A10 createGraph gives a .grad that can be differentiated', () => {
    const x = leaf(2);
    mul(x.square(), x).backward(null, { createGraph: true });
    const g = x.grad!;
    expect(g.item()).toBe(12);
    expect(g.requiresGrad).toBe(true);
    x.grad = null;
    g.backward();
    expect(x.grad!.item()).toBe(12); // (x³)'' = 6x
  });

  test('A10 derivatives of x⁵ to the fifth order', () => {
    const x = leaf(2);
    let y: Tensor = mul(x.square().square(), x);
    const orders = [80, 160, 240, 240, 120];
    for (const expected of orders) {
      [y] = autograd.grad(y, x, { createGraph: true }) as [Tensor];
      expect(y.item()).toBe(expected);
    }
  });

  test('A11 .grad can be reset to null', () => {
    const x = leaf(3);
    x.square().backward(null, { createGraph: true });
    x.grad = null;
    expect(x.grad).toBe(null);
    x.square().backward();
    expect(x.grad!.item()).toBe(6);
  });

  test('a gradient is a tensor of its own, not another name of its cotangent', () => {
    const [a, b] = [leaf([1, 2]), leaf([3, 4])];
    const gy = leaf([5, 6]);
    add(a, b).backward(gy);
    expect([a.grad === b.grad, a.grad === gy, a.grad!.requiresGrad]).toEqual([false, false, false]);
  });

  test('A22 a value used twice gets the sum of both paths', () => {
    const x = leaf(3);
    add(x.square(), mul(x, 2)).backward();
    expect(x.grad!.item()).toBe(8);
  });

  test('A22 a 60-stage diamond runs in linear time', () => {
    const x = leaf(1);
    let y: Tensor = x;
    for (let k = 0; k < 60; k++) y = add(y, y);
    y.backward();
    expect(x.grad!.item()).toBe(2 ** 60);
  });

  test('A23 a chain of 50,000 operations runs backward and is freed', () => {
    const x = leaf(1);
    let y: Tensor = x;
    for (let k = 0; k < 50_000; k++) y = k % 2 ? mul(y, 1) : add(y, 1);
    y.backward(null, { inputs: x, retainGraph: true });
    y.backward();
    expect(x.grad!.item()).toBe(2);
  });

  test('A23 a wide sum of 20,000 leaves visits each node once', () => {
    const leaves = Array.from({ length: 20_000 }, (_, i) => leaf(i));
    let y: Tensor = leaves[0]!;
    for (const x of leaves.slice(1)) y = add(y, x);
    y.backward();
    expect(leaves.every((x) => x.grad!.item() === 1)).toBe(true);
  });

  test('A24 unused branches stay at null', () => {
    const [x, unused] = [leaf(3), leaf(4)];
    x.mul(unused);
    x.square().backward();
    expect(unused.grad).toBe(null);
  });

  test('a zero derivative reaches the leaf as zeros', () => {
    const x = leaf([1.5, 2.5]);
    sum(floor(x)).backward();
    expect(numbers(x.grad)).toEqual([0, 0]);
    expect(numbers(autograd.grad(sum(floor(x)), x)[0]!)).toEqual([0, 0]);
  });

  test('A20 inputs: accumulates into those only, and into non-leaves', () => {
    const [a, b] = [leaf(3), leaf(5)];
    const m = mul(a, b);
    m.square().backward(null, { inputs: [a, m] });
    expect([a.grad!.item(), b.grad, m.grad!.item()]).toEqual([150, null, 30]);
  });

  test('A20 inputs: retained gradients on the way are written once', () => {
    const x = leaf(3);
    const [m, n] = [x.square(), mul(x, 2)];
    m.retainGrad();
    n.retainGrad();
    mul(m, n).backward(null, { inputs: [x, m] });
    expect([x.grad!.item(), m.grad!.item(), n.grad!.item()]).toEqual([54, 6, 9]);
  });

  test('A19 empty lists raise', () => {
    const x = leaf(3);
    expect(() => x.square().backward(null, { inputs: [] })).toThrow('backward: inputs is an empty list');
    expect(() => autograd.grad([], x)).toThrow('grad: outputs is an empty list');
    expect(() => autograd.grad(x.square(), [])).toThrow('grad: inputs is an empty list');
  });

  test('A18 several roots, each with its own gradient; the same root twice counts twice', () => {
    const x = leaf(3);
    const [y, z] = [x.square(), mul(x, 2)];
    autograd.backward([y, z, z], [plain(10), null, null], { retainGraph: true });
    expect(x.grad!.item()).toBe(64);
    expect(() => autograd.backward([y, z], [plain(1)])).toThrow('backward: 2 outputs need as many gradients, got 1.');
  });

  test('A17 a gradient of the wrong shape raises and names both', () => {
    const y = leaf([1, 2, 3]).square();
    expect(() => y.backward(plain([1, 2]))).toThrow(
      'backward: the gradient has shape [2], but the output has shape [3].',
    );
    expect(() => y.backward(plain([1, 2]))).toThrow(ShapeError);
  });

  test('A21 retainGrad keeps the gradient of a non-leaf; repeated and on leaves it is harmless', () => {
    const x = leaf(3);
    const [kept, dropped] = [x.square(), x.square()];
    kept.retainGrad();
    kept.retainGrad();
    x.retainGrad();
    add(kept.square(), dropped).backward();
    expect([kept.grad!.item(), dropped.grad, x.grad!.item()]).toEqual([18, null, 114]);
  });

  test('A26 assigning .grad of another shape or dtype raises', () => {
    const x = leaf([1, 2]);
    expect(() => assign(x, { grad: plain([1, 2, 3]) })).toThrow(ShapeError);
    expect(() => assign(x, { grad: tensor([1, 2], { dtype: 'float32' }) })).toThrow(DTypeError);
    x.grad = plain([10, 20]);
    sum(x.square()).backward();
    expect(numbers(x.grad)).toEqual([12, 24]);
  });

  test('A27 zero-sized tensors: the gradient of a broadcast to [4,0] is zeros [4,1]', () => {
    const x = zeros([4, 1], { dtype: 'float64', requiresGrad: true });
    sum(mul(broadcastTo(x, [4, 0]), zeros([4, 0], { dtype: 'float64' }))).backward();
    expect(x.grad!.shape).toEqual([4, 1]);
    expect(numbers(x.grad)).toEqual([[0], [0], [0], [0]]);
  });

  test('A34 the gradient keeps the dtype of the leaf', () => {
    const x = leaf([1, 2], 'float32');
    const y = sum(mul(x, leaf([3, 4], 'float64')));
    expect(y.dtype).toBe('float64');
    y.backward();
    expect([x.grad!.dtype, numbers(x.grad)]).toEqual(['float32', [3, 4]]);
  });

  test('C48 repeated indices accumulate, and a choice sends each cotangent to the chosen entry', () => {
    const x = leaf([1, 2, 3]);
    sum(take(x, tensor([0, 2, 0], { dtype: 'int32' }), 0)).backward();
    expect(numbers(x.grad)).toEqual([2, 0, 1]);
    x.grad = null;
    sum(where(greater(x, 1.5), x.square(), 0)).backward();
    expect(numbers(x.grad)).toEqual([0, 4, 6]);
  });

  test('the tape agrees with grad(f) on random expressions', () => {
    const unary: ((x: Tensor) => Tensor)[] = [square, (x) => exp(mul(x, 0.1)), (x) => mul(x, -0.5), (x) => add(x, 1)];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(20), fc.nat(20), fc.nat(3)), { minLength: 1, maxLength: 12 }),
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (steps, values) => {
          const f = (x: Tensor): Tensor => {
            const seen = [x];
            for (const [i, j, k] of steps) {
              const a = unary[k]!(seen[i % seen.length]!);
              seen.push(mul(0.5, mul(a, seen[j % seen.length]!)));
            }
            return sum(seen.at(-1)!);
          };
          const x = leaf(values);
          f(x).backward();
          expect(numbers(x.grad)).toEqual(numbers(grad(f)(plain(values)) as Tensor));
        },
      ),
    );
  });
});

describe('autograd.grad', () => {
  test('A12 returns gradients and leaves .grad alone', () => {
    const x = leaf(3);
    expect(autograd.grad(x.square(), [x]).map(numbers)).toEqual([6]);
    expect(x.grad).toBe(null);
  });

  test('A13 with respect to a non-leaf; nothing behind it runs or is freed', () => {
    const x = leaf(3);
    const m = x.square();
    const y = m.square();
    expect(numbers(autograd.grad(y, m)[0]!)).toBe(18);
    m.backward();
    expect(x.grad!.item()).toBe(6);
  });

  test('A13 with respect to a leaf and a value made from it at once', () => {
    const x = leaf(3);
    const m = x.square();
    expect(autograd.grad(mul(m, x), [m, x]).map(numbers)).toEqual([3, 27]);
  });

  test('A14 an unreached input raises, or is null, or zeros', () => {
    const [x, unused] = [leaf(3), leaf([1, 2])];
    const y = x.square();
    expect(() => autograd.grad(y, [x, unused], { retainGraph: true })).toThrow(
      /grad: input 1 of shape \[2\] was not used to compute the outputs\.\n.*allowUnused/,
    );
    const options = { retainGraph: true, allowUnused: true } as const;
    expect(autograd.grad(y, [x, unused], options).map(numbers)).toEqual([6, null]);
    expect(autograd.grad(y, [unused], { materializeGrads: true }).map(numbers)).toEqual([[0, 0]]);
  });

  test('A15 an output that does not require grad raises', () => {
    expect(() => autograd.grad(plain(3).square(), leaf(3))).toThrow(
      'grad: the output of shape [] does not require grad.',
    );
    expect(() => plain(3).backward()).toThrow('backward: the output of shape [] does not require grad.');
  });

  test('A16 an input that does not require grad raises', () => {
    const x = leaf(3);
    expect(() => autograd.grad(x.square(), [x, plain([1])])).toThrow(
      'grad: input 1 of shape [1] does not require grad.',
    );
  });

  test('A25 isGradsBatched equals the stacked single ones', () => {
    const x = leaf([1, 2, 3]);
    const y = mul(x.square(), x);
    const rows = [
      [1, 0, 0],
      [0, 2, 0],
      [1, 1, 1],
    ];
    const gradOutputs = tensor(rows, { dtype: 'float64' });
    const [batched] = autograd.grad(y, x, { gradOutputs, isGradsBatched: true, retainGraph: true });
    const single = rows.map((row) => numbers(autograd.grad(y, x, { gradOutputs: plain(row), retainGraph: true })[0]!));
    expect(numbers(batched!)).toEqual(single);
  });

  test('A25 a batch of gradients can be differentiated again', () => {
    const x = leaf([1, 2]);
    const gradOutputs = tensor(
      [
        [1, 0],
        [0, 1],
      ],
      { dtype: 'float64' },
    );
    const [jacobian] = autograd.grad(mul(x.square(), x), x, { gradOutputs, isGradsBatched: true, createGraph: true });
    sum(jacobian!).backward();
    expect(numbers(x.grad)).toEqual([6, 12]);
  });
});

describe('requiresGrad', () => {
  test('A28 integers and booleans cannot require grad', () => {
    expect(() => tensor([1, 2], { dtype: 'int32', requiresGrad: true })).toThrow(
      'requiresGrad: a int32 tensor of shape [2] has no gradient; only floats do.',
    );
    expect(() => assign(tensor([true]), { requiresGrad: true })).toThrow(AutogradError);
  });

  test('A29 comparisons, argsort and conversion to integers cut the graph', () => {
    const x = leaf([1.5, 2.5]);
    expect([greater(x, 2), argsort(x), x.to('int32')].map((y) => y.requiresGrad)).toEqual([false, false, false]);
    expect(x.to('int32').to('float64').requiresGrad).toBe(false);
  });

  test('A30 a result requires grad when an input does', () => {
    expect(add(plain(1), leaf(2)).requiresGrad).toBe(true);
    expect(add(plain(1), plain(2)).requiresGrad).toBe(false);
  });

  test('A31 setting it to false on a result raises and names detach', () => {
    const y = leaf(3).square();
    expect(() => assign(y, { requiresGrad: false })).toThrow(
      /result of square; only leaves can be changed\.\n.*detach\(\)/,
    );
    y.requiresGrad = true;
    const x = leaf(3);
    x.requiresGrad = false;
    expect(x.square().requiresGrad).toBe(false);
  });

  test('A32 reading numbers gives copies without a graph', () => {
    const x = leaf([1, 2]);
    const data = x.toTypedArray();
    data[0] = 9;
    expect(numbers(x)).toEqual([1, 2]);
  });

  test('A33 isLeaf: user tensors and results made without grad', () => {
    const x = leaf(3);
    expect([x, plain(3), plain(3).square(), x.detach(), x.square()].map((v) => v.isLeaf)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  test('prints as PyTorch does', () => {
    const x = leaf([1, 2], 'float32');
    expect([String(x), String(x.square())]).toEqual([
      'tensor([1., 2.], requiresGrad=true)',
      'tensor([1., 4.], gradFn=<square>)',
    ]);
  });
});

describe('the tape and transforms', () => {
  test('G112 grad(f) inside a recorded computation is recorded itself', () => {
    const x = leaf(2);
    const g = grad((v: Tensor) => mul(v.square(), v))(x) as Tensor; // 3x²
    g.backward();
    expect(x.grad!.item()).toBe(12);
  });

  test('G112 values captured by a transformed function get gradients', () => {
    const [w, x] = [leaf(5), plain(2)];
    (grad((v: Tensor) => mul(w, v.square()))(x) as Tensor).backward(); // 2wx
    expect(w.grad!.item()).toBe(4);
  });

  test('F83 the Hessian of a linear function on the tape is zeros or unused, never an error of the engine', () => {
    const x = leaf([1, 2]);
    const [g] = autograd.grad(sum(mul(x, 3)), x, { createGraph: true });
    expect(g!.requiresGrad).toBe(false);
    expect(numbers(grad((v: Tensor) => sum(grad((u: Tensor) => sum(mul(u, 3)))(v) as Tensor))(x) as Tensor)).toEqual([
      0, 0,
    ]);
  });

  test('G112 backward inside a transform is refused', () => {
    expect(() => grad((v: Tensor) => v.backward())(plain(2))).toThrow(
      /backward: the output is a value of shape \[\] inside grad, which is not on the tape/,
    );
    expect(() => grad((v: Tensor) => assign(v, { requiresGrad: true }))(plain(2))).toThrow(
      /inside grad is not on the tape/,
    );
  });

  test('jvp of a function of leaves is recorded', () => {
    const x = leaf(3);
    const [, dy] = jvp(square, [x], [plain(1)]) as [Tensor, Tensor];
    dy.backward();
    expect(x.grad!.item()).toBe(2);
  });

  test('F85 a Jacobian of leaves is recorded, so that it can be differentiated; under noGrad it has no graph', () => {
    const x = leaf([1, 2]);
    const f = (v: Tensor): Tensor => mul(v.square(), v);
    const jacobianAt = jacobian(f)(x) as Tensor;
    sum(jacobianAt).backward();
    expect(numbers(x.grad)).toEqual([6, 12]);
    expect(noGrad(() => jacobian(f)(x) as Tensor).requiresGrad).toBe(false);
  });

  test('a gradient taken by vmap over recorded values reaches them', () => {
    const w = leaf([1, 2, 3]);
    const perExample = vmap(grad((x: Tensor) => sum(mul(w, x.square()))))(
      tensor(
        [
          [1, 1, 1],
          [2, 2, 2],
        ],
        { dtype: 'float64' },
      ),
    ) as Tensor;
    sum(perExample).backward(); // Σ 2 w x
    expect(numbers(w.grad)).toEqual([6, 6, 6]);
  });

  test('slices and other views pull back into the whole', () => {
    const x = leaf([1, 2, 3]);
    sum(slice(x, [1], [3]).square()).backward();
    expect(numbers(x.grad)).toEqual([0, 4, 6]);
  });
});
