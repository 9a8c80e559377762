// Second derivatives: Hessians by forward over reverse, products with a Hessian that never form it, and its diagonal by
// second-order Taylor mode along the basis vectors.
import { ArgumentError, ShapeError } from '../errors.ts';
import { mul } from '../ops/arithmetic.ts';
import { onlyTensor } from '../ops/operands.ts';
import { reshapeTo } from '../ops/spread.ts';
import { checkOptions } from '../tensor/arguments.ts';
import { eye, onesLike } from '../tensor/create.ts';
import { isFloat } from '../tensor/dtype.ts';
import { sizeOf } from '../tensor/layout.ts';
import { scalarOutputMessage, showShape } from '../tensor/shape-messages.ts';
import { Tensor } from '../tensor/tensor.ts';
import { flatten, unflatten } from '../tensor/tree.ts';
import { type AnyFunction, checkFunction, flattenTensors, selectArguments } from './call.ts';
import { isSingle, type JacobianOptions, jacobian, jacobianAs, jacobianProducts, valueAndGrad } from './derivatives.ts';
import { jet } from './jet.ts';
import { jvp } from './jvp.ts';
import { checkStructured, currentPlanner } from './planner.ts';
import { staged } from './staged.ts';
import { vjp } from './vjp.ts';
import { vmap } from './vmap.ts';

export { laplacian } from './laplacian.ts';

/**
 * The Hessian, [...Out, ...In, ...In]: for a scalar function [...In, ...In]. Trees and several arguments nest twice, output
 * structure outside.
 */
export function hessian(f: AnyFunction, options: Omit<JacobianOptions, 'mode'> = {}): AnyFunction {
  checkFunction('hessian', f);
  checkOptions('hessian', options, 'argnums', 'hasAux', 'chunkSize', 'structured');
  const { structured: wanted, ...rest } = options;
  const structured = checkStructured('hessian', wanted);
  if (rest.chunkSize !== undefined || rest.hasAux) {
    const products = jacobianAs('hessian', jacobianAs('hessian', f, { ...rest, mode: 'reverse' }), {
      ...rest,
      mode: 'forward',
    });
    return structured ? (...args: unknown[]) => typedBlocks(products(...args), args, rest) : products;
  }
  const [inner, outer] = [
    jacobianProducts('hessian', { ...rest, mode: 'reverse' }),
    jacobianProducts('hessian', { ...rest, mode: 'forward' }),
  ];
  const products = (g: AnyFunction): AnyFunction => {
    const second = outer(inner(g));
    return structured ? (...args: unknown[]) => typedBlocks(second(...args), args, rest) : second;
  };
  return staged('hessian', f, rest, products, { kind: 'hessian', structured, single: isSingle(rest) });
}

/** The blocks of a Hessian as structured values; the last axes of each belong to the second of its two inputs. */
function typedBlocks(result: unknown, args: readonly unknown[], options: JacobianOptions): unknown {
  const [value, aux] = options.hasAux ? (result as [unknown, unknown]) : [result, undefined];
  const { selected } = selectArguments('hessian', args, options.argnums);
  const inputs = flattenTensors('hessian', selected).leaves;
  const { leaves, shape } = flatten(value);
  const typed = unflatten(
    shape,
    leaves.map((block, k) => currentPlanner()!.dense(block as Tensor, inputs[k % inputs.length]!.ndim)),
  );
  return options.hasAux ? [typed, aux] : typed;
}

/** The arguments of a product: one tensor (or tree), or a list for several arguments. */
const asList = (x: unknown): unknown[] => (Array.isArray(x) ? x : [x]);

function product(
  name: string,
  x: unknown,
  v: unknown,
  run: (primals: unknown[], directions: unknown[]) => [unknown, unknown[]],
): [unknown, unknown] {
  const single = !Array.isArray(x);
  const direction = v ?? defaultDirection(name, x);
  const [value, result] = run(asList(x), single ? [direction] : asList(direction));
  return [value, single ? result[0] : result];
}

function defaultDirection(name: string, x: unknown): unknown {
  if (x instanceof Tensor && x.size === 1) return onesLike(x);
  throw new ArgumentError(`${name}: the vector v may be left out only for one input of one element.`);
}

/** `hvp(f, x, v)` is `[f(x), H·v]`, forward over reverse: about the cost of two gradients. x and v: a tensor, or lists. */
export function hvp(f: AnyFunction, x: unknown, v?: unknown): [value: unknown, product: unknown] {
  checkFunction('hvp', f);
  return product('hvp', x, v, (primals, directions) => {
    const all = primals.map((_, i) => i);
    const [[value], [, dg]] = jvp(valueAndGrad(f, { argnums: all }), primals, directions) as unknown as [
      [unknown, unknown],
      [unknown, unknown[]],
    ];
    return [value, dg];
  });
}

/** `vhp(f, x, v)` is `[f(x), vᵀ·H]`, reverse over reverse. Equal to hvp where the Hessian is symmetric. */
export function vhp(f: AnyFunction, x: unknown, v?: unknown): [value: unknown, product: unknown] {
  checkFunction('vhp', f);
  return product('vhp', x, v, (primals, directions) => {
    const all = primals.map((_, i) => i);
    const [[value], pullback] = vjp(valueAndGrad(f, { argnums: all }), ...primals) as [
      [Tensor, unknown],
      (gy: unknown) => unknown[],
    ];
    const zero = mul(value, 0);
    return [value, pullback([zero, directions])];
  });
}

/** `valueGradHessian(f)(...args)` is `[value, gradient, hessian]` with respect to the first argument. */
export function valueGradHessian(f: AnyFunction): AnyFunction {
  checkFunction('valueGradHessian', f);
  const products = (g: AnyFunction): AnyFunction => {
    const both = valueAndGrad(g);
    const gradientFirst = (...args: unknown[]): unknown => {
      const [value, gradient] = both(...args) as [unknown, unknown];
      return [gradient, [value, gradient]];
    };
    const all = jacobian(gradientFirst, { hasAux: true });
    return (...args) => {
      const [hessian, [value, gradient]] = all(...args) as [unknown, [unknown, unknown]];
      return [value, gradient, hessian];
    };
  };
  return staged('valueGradHessian', f, {}, products);
}

/** ∂²f/∂x_i² for every element of one tensor argument, [In]. */
export function hessianDiagonal(
  f: AnyFunction,
  options: { readonly chunkSize?: number } = {},
): (x: Tensor, ...rest: unknown[]) => Tensor {
  checkFunction('hessianDiagonal', f);
  const whole =
    (g: AnyFunction) =>
    (x: Tensor, ...rest: unknown[]): Tensor =>
      reshapeTo(alongAxes(g, x, rest, options.chunkSize), x.shape);
  return options.chunkSize === undefined ? staged('hessianDiagonal', f, {}, whole) : whole(f);
}

/** Second derivatives of a scalar function along every basis vector, [n]. */
function alongAxes(f: AnyFunction, x: Tensor, rest: readonly unknown[], chunkSize: number | undefined): Tensor {
  onlyTensor('hessianDiagonal', x);
  if (!isFloat(x.dtype))
    throw new ArgumentError(
      `hessianDiagonal: cannot differentiate with respect to a ${x.dtype} tensor of shape ${showShape(x.shape)}.`,
    );
  const n = sizeOf(x.shape);
  const basis = reshapeTo(eye(n, n, { dtype: x.dtype }), [n, ...x.shape]);
  const along = (e: Tensor): Tensor => {
    const [y, [, second]] = jet((v: Tensor) => f(v, ...rest), [x], [[e, mul(e, 0)]]) as [Tensor, [Tensor, Tensor]];
    if (!(y instanceof Tensor)) throw new ShapeError('hessianDiagonal: f must return one scalar tensor.');
    if (y.ndim !== 0)
      throw new ShapeError(scalarOutputMessage('hessian', y.shape).replace('hessian', 'hessianDiagonal'));
    return second;
  };
  return vmap(along, chunkSize === undefined ? {} : { chunkSize })(basis);
}
