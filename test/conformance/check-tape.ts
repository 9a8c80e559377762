// The tape against the transform: backward() and autograd.grad on recorded values give the cotangents of vjp, at the
// first order and, with createGraph, at the second.
import '../../src/eager/methods.ts';
import { grad } from '../../src/eager/grad.ts';
import { type DenseTensor, filled, type Tensor } from '../../src/tensor/tensor.ts';
import { pullback } from './check-derivatives.ts';
import { denseList, expectClose } from './compare.ts';
import { drawDirection } from './draw.ts';
import { randomSource } from './random-source.ts';
import { type Differentiable, directions, type TensorFunction } from './subject.ts';

/** The rules are the same; sums of several cotangents may come in another order. */
const tapeError = 1e-13;

function leavesOf(x: readonly DenseTensor[]): DenseTensor[] {
  return x.map((v) => {
    const leaf = v.view(v.shape, v.strides);
    leaf.requiresGrad = true;
    return leaf;
  });
}

const zeros = (x: readonly Tensor[]): Tensor[] => x.map((v) => filled(v.shape, 0, v.dtype));

/** `.grad` of the leaves after backward() from every output; zeros where nothing arrived. */
function accumulated(f: TensorFunction, x: readonly DenseTensor[], gy: readonly Tensor[]): Tensor[] {
  const leaves = leavesOf(x);
  f(...leaves).forEach((y, i) => {
    if (y.requiresGrad) y.backward(gy[i]!, { retainGraph: true });
  });
  return leaves.map((leaf, i) => leaf.grad ?? zeros([x[i]!])[0]!);
}

/** autograd.grad at the leaves. */
function returned(f: TensorFunction, leaves: readonly Tensor[], gy: readonly Tensor[], createGraph = false): Tensor[] {
  const y = f(...leaves);
  const live = y.flatMap((v, i) => (v.requiresGrad ? [i] : []));
  if (live.length === 0) return zeros(leaves);
  return grad(
    live.map((i) => y[i]!),
    leaves,
    { gradOutputs: live.map((i) => gy[i]!), createGraph, materializeGrads: true },
  );
}

export function checkTape(subject: Differentiable): void {
  const { f, x, label } = subject;
  const random = randomSource(`${label} tape`);
  const gy = denseList(f(...x)).map((y) => drawDirection(random, y));
  const expected = pullback(f, x, gy);
  expectClose(`${label}: .grad after backward()`, accumulated(f, x, gy), expected, tapeError);
  expectClose(`${label}: autograd.grad`, returned(f, leavesOf(x), gy), expected, tapeError);
  // Second order: the gradients are recorded and pulled back again.
  const leaves = leavesOf(x);
  const v = directions(random, subject);
  const again = returned((...at) => returned(f, at, gy, true), leaves, v);
  const twice = pullback((...at) => pullback(f, at, gy), x, v);
  expectClose(`${label}: the second gradient with createGraph`, again, twice, tapeError);
}
