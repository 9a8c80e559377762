// A misspelt option is an error, in every corner of the library: ignoring it would give a wrong shape or another gradient.
import { describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.ts';

type Loose = (...args: unknown[]) => unknown;
const { autograd, tensor } = nabla;
const loose = nabla as unknown as Readonly<Record<string, Loose>>;
const x = tensor([
  [1, 2],
  [3, 4],
]);
const leaf = () => tensor(2, { requiresGrad: true });

const reductions =
  'sum mean prod max min any all countNonzero logsumexp median nansum nanmean nanvar var std norm quantile';
const calls: Readonly<Record<string, readonly [text: string, f: () => unknown]>> = {
  sort: ['descend', () => loose.sort!(x, -1, { descend: true })],
  topk: ['smallest', () => loose.topk!(x, 1, -1, { smallest: true })],
  pad: ['constant', () => loose.pad!(x, 1, { constant: 2 })],
  meshgrid: ['index', () => loose.meshgrid!([x.at(0)], { index: 'ij' })],
  tensor: ['requireGrad', () => loose.tensor!([1], { requireGrad: true })],
  zeros: ['requires_grad', () => loose.zeros!([1], { requires_grad: true })],
  eye: ['type', () => loose.eye!(2, { type: 'float64' })],
  onesLike: ['shape', () => loose.onesLike!(x, { shape: [2] })],
  grad: ['argnum', () => loose.grad!((v: unknown) => v, { argnum: 1 })],
  jacobian: ['modes', () => loose.jacobian!((v: unknown) => v, { modes: 'reverse' })],
  vmap: ['inAxis', () => loose.vmap!((v: unknown) => v, { inAxis: 1 })],
  jit: ['static', () => loose.jit!((v: unknown) => v, { static: 0 })],
  scan: ['reversed', () => loose.scan!((c: unknown) => [c, null], x, x, { reversed: true })],
  backward: [
    'retain',
    () =>
      leaf()
        .sin()
        .backward(undefined, { retain: true } as object),
  ],
  'autograd.grad': [
    'create_graph',
    () => {
      const v = leaf();
      return autograd.grad(v.sin(), v, { create_graph: true } as object);
    },
  ],
};

describe('unknown names of options', () => {
  test.each(reductions.split(' '))('%s takes keepdims, not keepDims', (name) => {
    const axes = name === 'quantile' || name === 'norm' ? [0.5, 0] : [0];
    expect(loose[name]!(x, ...axes, { keepdims: true })).toHaveProperty('shape', [1, 2]);
    expect(() => loose[name]!(x, ...axes, { keepDims: true })).toThrow(`${name}: unknown option 'keepDims'.`);
  });

  test.each(Object.entries(calls))('%s', (name, [option, call]) => {
    const op = name.replace('autograd.', '');
    expect(call).toThrow(`${op}: unknown option '${option}'.`);
  });
});

test('structured is an option of jacobian and hessian: true or false, never ignored', () => {
  const f = (v: nabla.Tensor) => v;
  expect(String((loose.jacobian!(f, { structured: true }) as typeof loose.jacobian)!(x))).toMatch('Diagonal');
  expect(() => loose.jacobian!(f, { structured: 'yes' })).toThrow('jacobian: structured must be true or false.');
  expect(() => loose.jacrev!(f, { structured: true })).toThrow("jacrev: unknown option 'structured'.");
});
