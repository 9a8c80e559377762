// Curvature that is positive semidefinite by construction, as linear functions of trees that never form it:
//   generalised Gauss–Newton  G = Jᵀ H J    J of the model's outputs, H the Hessian of a convex loss of them (Schraudolph 2002)
//   Fisher                    F = Jᵀ F_z J  F_z = E[∇_z log p ∇_z log pᵀ] of the distribution that the outputs z stand for
// The model runs once; a product is a pushforward, a product with the matrix of the outputs, and a pullback. For a
// distribution of an exponential family in natural parameters and its log-likelihood as the loss, G = F.
import { ArgumentError } from '../errors.ts';
import { checkChoice, checkOptions } from '../nn/options.ts';
import { mul, sub } from '../ops/arithmetic.ts';
import { zerosOf } from '../ops/linear.ts';
import { sigmoid } from '../ops/logistic.ts';
import { softmax } from '../ops/softmax.ts';
import { reshapeTo, sumOver } from '../ops/spread.ts';
import type { Tensor } from '../tensor/tensor.ts';
import {
  type AnyFunction,
  checkFunction,
  flattenTensors,
  matching,
  requireFloat,
  restore,
} from '../transforms/call.ts';
import { grad } from '../transforms/derivatives.ts';
import { jvp } from '../transforms/jvp.ts';
import { linearizeTree } from '../transforms/vjp.ts';

/** A linear function of trees like the parameters. */
export type CurvatureOperator<P> = (v: P) => P;

/** v ↦ Jᵀ inner(J v), with the model run once. */
function sandwich<P>(
  op: string,
  model: AnyFunction,
  params: P,
  inner: (outputs: unknown, dz: unknown) => unknown,
): CurvatureOperator<P> {
  checkFunction(op, model);
  requireFloat(op, flattenTensors(op, params).leaves);
  const point = linearizeTree(op, (p: unknown) => model(p), [params]);
  const outputs = restore(point.output, point.outs);
  return (v) => {
    const dx = matching(op, 'the vector', [v], point.input);
    const dz = point.pushforward(dx).map((d, i) => d ?? zerosOf(point.outs[i]!));
    const cotangents = matching(
      op,
      'the product with the loss',
      inner(outputs, restore(point.output, dz)),
      point.output,
    );
    const gx = point.pullback(cotangents).map((g, i) => g ?? zerosOf(point.input.leaves[i]!));
    return (restore(point.input, gx) as P[])[0]!;
  };
}

/**
 * The generalised Gauss–Newton matrix of `loss(model(params))` as a function v ↦ G v of trees like the parameters. `model`
 * gives outputs (a tensor or tree), `loss` a scalar of them, which should be convex: then G is positive semidefinite.
 *
 *     const G = optim.ggn((w) => X.matmul(w), (z) => z.sub(y).square().sum(), w)   // G v = 2 Xᵀ X v
 */
export function ggn<P>(model: AnyFunction, loss: AnyFunction, params: P): CurvatureOperator<P> {
  checkFunction('optim.ggn', loss);
  return sandwich('optim.ggn', model, params, (z, dz) => jvp(grad(loss), [z], [dz])[1]);
}

/** `ggnvp(model, loss, params, v)` is G v; for many products with one G use `ggn`. */
export function ggnvp<P>(model: AnyFunction, loss: AnyFunction, params: P, v: P): P {
  return ggn(model, loss, params)(v);
}

export interface FisherOptions {
  /**
   * What the outputs of the model are: logits of classes along the last axis, logits of independent yes or no, or means of
   * normal distributions with variance 1.
   */
  readonly distribution: 'categorical' | 'bernoulli' | 'normal';
}

/** F_z dz for each distribution, summed over nothing: every example counts once. */
const outputFisher: Record<FisherOptions['distribution'], (z: Tensor, dz: Tensor) => Tensor> = {
  categorical: (z, dz) => {
    const p = softmax(z, -1);
    const mean = sumOver(mul(p, dz), [z.ndim - 1]);
    return mul(p, sub(dz, reshapeTo(mean, [...mean.shape, 1])));
  },
  bernoulli: (z, dz) => {
    const p = sigmoid(z);
    return mul(mul(p, sub(1, p)), dz);
  },
  normal: (_, dz) => dz,
};

/**
 * The Fisher information of the parameters, summed over the examples, as a function v ↦ F v of trees like them. `model`
 * gives one tensor of outputs, whose meaning `distribution` states; no labels are needed.
 *
 *     const F = optim.fisher((w) => X.matmul(w), w, { distribution: 'categorical' })
 */
export function fisher<P>(model: AnyFunction, params: P, options: FisherOptions): CurvatureOperator<P> {
  const op = 'optim.fisher';
  checkOptions(op, options, ['distribution']);
  checkChoice(op, 'distribution', options.distribution, Object.keys(outputFisher));
  return sandwich(op, model, params, (z, dz) => {
    const [outputs] = flattenTensors(op, z).leaves;
    if (z !== outputs) throw new ArgumentError(`${op}: the model must return one tensor.`);
    if (options.distribution === 'categorical' && outputs!.ndim === 0) {
      throw new ArgumentError(`${op}: logits of a categorical distribution need an axis of classes, got a scalar.`);
    }
    return outputFisher[options.distribution](outputs!, dz as Tensor);
  });
}

/** `fvp(model, params, v, { distribution })` is F v; for many products with one F use `fisher`. */
export function fvp<P>(model: AnyFunction, params: P, v: P, options: FisherOptions): P {
  return fisher(model, params, options)(v);
}
