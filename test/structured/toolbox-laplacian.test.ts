// The Laplacian and the diagonal of the Hessian against all entries of the Hessian, for every operation and for programs.
import { describe, expect, it } from 'vitest';
import * as nabla from '../../src/index.ts';
import type { Tensor } from '../../src/tensor/tensor.ts';
import { differentiable, subjects } from '../conformance/subject.ts';

const float64 = { dtype: 'float64' } as const;
const trace = (H: Tensor, n: number): number =>
  Array.from({ length: n }, (_, i) => H.toTypedArray()[i * n + i]!).reduce((a, b) => a + b, 0);

describe('laplacian of every operation', () => {
  for (const subject of subjects()) {
    const point = differentiable(subject);
    if (!point?.reverse || subject.sample.exempt?.second || subject.sample.exempt?.jvp) continue;
    it(`${subject.key} is the trace of the Hessian`, () => {
      const { f, x } = point;
      x.forEach((v, i) => {
        if (v.size === 0) return;
        const g = (u: Tensor): Tensor =>
          f(...x.map((w, k) => (k === i ? u : w)))
            .map((y) => nabla.sum(nabla.sin(y)))
            .reduce((a, b) => nabla.add(a, b));
        const expected = trace(nabla.jacfwd(nabla.grad(g))(v) as Tensor, v.size);
        const found = nabla.laplacian(g)(v).item();
        if (!Number.isFinite(expected)) return;
        expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)));
      });
    });
  }
});

describe('laplacian', () => {
  const f = (x: Tensor): Tensor => nabla.sum(nabla.softmax(nabla.tanh(x.matmul(nabla.transpose(x))), 1).square());
  const x = nabla.tensor(
    [
      [0.3, -0.4, 1],
      [0.2, 0.9, -0.7],
    ],
    float64,
  );

  it('is the same in chunks, under jit, vmap and grad', () => {
    const whole = nabla.laplacian(f)(x).item();
    for (const chunkSize of [1, 2, 4, 100]) {
      expect(nabla.laplacian(f, { chunkSize })(x).item()).toBeCloseTo(whole, 12);
    }
    expect((nabla.jit(nabla.laplacian(f))(x) as Tensor).item()).toBeCloseTo(whole, 12);
    const rows = nabla.vmap(nabla.laplacian((v: Tensor) => nabla.sum(nabla.sin(v.mul(v)))))(x) as Tensor;
    const single = nabla
      .laplacian((v: Tensor) => nabla.sum(nabla.sin(v.mul(v))))(x.at(1))
      .item();
    expect(rows.at(1).item()).toBeCloseTo(single, 12);
    const h = 1e-5;
    const step = nabla.zerosLike(x).with([0, 1], h);
    const slope = (nabla.laplacian(f)(x.add(step)).item() - nabla.laplacian(f)(x.sub(step)).item()) / (2 * h);
    expect((nabla.grad(nabla.laplacian(f))(x) as Tensor).at(0, 1).item()).toBeCloseTo(slope, 6);
  });

  it('of closed forms: a norm to the p in n dimensions is p (p + n − 2) |x|^(p−2)', () => {
    const v = nabla.tensor([1, -2, 0.5, 3], float64);
    const p = 3;
    const r = nabla.linalg.norm(v).item();
    const found = nabla
      .laplacian((u: Tensor) => nabla.linalg.norm(u).pow(p))(v)
      .item();
    expect(found).toBeCloseTo(p * (p + 4 - 2) * r ** (p - 2), 10);
    expect(
      nabla
        .laplacian((u: Tensor) => u.at(0).mul(u.at(1)))(v)
        .item(),
    ).toBe(0);
    expect(
      nabla
        .laplacian((u: Tensor) => nabla.sum(nabla.floor(u)))(v)
        .item(),
    ).toBe(0);
  });

  it('scan and control flow are followed', () => {
    const recurrent = (u: Tensor): Tensor =>
      nabla.scan((c: Tensor, v: Tensor) => [nabla.tanh(c.add(v)), c], nabla.zeros([], float64), u)[0] as Tensor;
    const v = nabla.tensor([0.2, -0.3, 0.8], float64);
    const H = nabla.jacfwd(nabla.grad(recurrent))(v) as Tensor;
    expect(nabla.laplacian(recurrent)(v).item()).toBeCloseTo(trace(H, 3), 12);
  });

  it('has one second coefficient for all directions: products of matrices are not repeated for them', () => {
    // Every direction would cost one more product with W if second coefficients were carried one by one.
    const W = nabla.ones([6, 6], float64);
    const g = (u: Tensor): Tensor => nabla.sum(W.matmul(W.matmul(W.matmul(u.square()))));
    const program = String(nabla.trace(nabla.laplacian(g))(nabla.ones([6], float64)));
    const wide = program
      .split('\n')
      .filter((line) => /= contract/.test(line) && /:float64\[6,6\]/.test(line.split('=')[0]!));
    expect(wide.length).toBeLessThanOrEqual(3);
  });

  it('refuses what has no Laplacian', () => {
    expect(() => nabla.laplacian((v: Tensor) => v)(x)).toThrow(nabla.ShapeError);
    expect(() => nabla.laplacian(f)(nabla.tensor([1, 2], { dtype: 'int32' }))).toThrow(
      'laplacian: cannot differentiate',
    );
    expect(() => nabla.laplacian(f, { chunkSize: 0 })).toThrow('laplacian: chunkSize must be a positive integer');
    expect(() => nabla.laplacian(3 as never)).toThrow('laplacian: expected a function');
    expect(
      nabla
        .laplacian((v: Tensor) => nabla.sum(v))(nabla.zeros([0], float64))
        .item(),
    ).toBe(0);
  });

  it('hessianDiagonal is the diagonal', () => {
    const H = nabla.jacfwd(nabla.grad(f))(x) as Tensor;
    const d = nabla.hessianDiagonal(f)(x);
    expect(d.shape).toEqual([2, 3]);
    d.toTypedArray().forEach((v, i) => {
      expect(v).toBeCloseTo(H.toTypedArray()[i * 6 + i]!, 12);
    });
  });
});
