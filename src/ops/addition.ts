// Addition and multiplication, the two operations that differentiation itself is made of, and multilinear records:
//   dy = Σᵢ f(…, dxᵢ, …).
import { apply } from '../tensor/dispatch.ts';
import { infix, prefix } from '../tensor/formula.ts';
import { type Cotangent, type OpRecord, register } from '../tensor/op.ts';
import { type LinearFields, linear, type None, none } from './linear.ts';
import { elementwiseType, mapElements } from './map.ts';
import { leadingAxes } from './spread.ts';

export const addOp: OpRecord<None> = linear({
  name: 'add',
  type: (x) => [elementwiseType('add', x, 'number')],
  evaluate: (x, _p, [y]) => [mapElements((a, b) => a! + b!, x, y!)],
  transpose: ([gy], x) => x.map((v) => (v ? undefined : gy)),
  batch: leadingAxes(() => addOp),
  formula: ([a, b]) => infix('+', 'sum', a!, b!),
  samples: [{ inputs: [{ shape: [2, 3] }, { shape: [2, 3] }] }, { inputs: [{ shape: [] }, { shape: [] }] }],
});

export const subOp: OpRecord<None> = linear({
  name: 'sub',
  type: (x) => [elementwiseType('sub', x, 'number')],
  evaluate: (x, _p, [y]) => [mapElements((a, b) => a! - b!, x, y!)],
  transpose: ([gy], [a, b]) => [a ? undefined : gy, b ? undefined : gy && apply(negOp, [gy], none)],
  batch: leadingAxes(() => subOp),
  formula: ([a, b]) => infix('-', 'sum', a!, b!),
  samples: [{ inputs: [{ shape: [2, 3] }, { shape: [2, 3] }] }],
});

export const negOp: OpRecord<None> = linear({
  name: 'neg',
  type: (x) => [elementwiseType('neg', x, 'number')],
  evaluate: (x, _p, [y]) => [mapElements((a) => -a!, x, y!)],
  transpose: ([gy]) => [gy && apply(negOp, [gy], none)],
  batch: leadingAxes(() => negOp),
  formula: ([a]) => prefix('-', a!),
  samples: [{ inputs: [{ shape: [2, 3] }] }],
});

/** The sum of two (co)tangents, either of which may be an exact zero. */
export function accumulate(a: Cotangent, b: Cotangent): Cotangent {
  if (a === null) return b;
  return b === null ? a : apply(addOp, [a, b], none);
}

/** Builds the record of an operation that is linear in each float input while the others are held. */
export function multilinear<P = None>(fields: LinearFields<P>): OpRecord<P> {
  const record: OpRecord<P> = {
    ...fields,
    multilinear: true,
    jvp: (x, dx, p) => {
      let dy: Cotangent = null;
      dx.forEach((d, i) => {
        if (d)
          dy = accumulate(
            dy,
            apply(
              record,
              x.map((v, j) => (j === i ? d : v)),
              p,
            ),
          );
      });
      return [dy];
    },
  };
  return register(record);
}

export const mulOp: OpRecord<None> = multilinear({
  name: 'mul',
  type: (x) => [elementwiseType('mul', x, 'number')],
  evaluate: (x, _p, [y]) => [mapElements(y!.dtype === 'int32' ? Math.imul : (a, b) => a! * b!, x, y!)],
  transpose: ([gy], [a, b]) => [
    a ? undefined : gy && apply(mulOp, [gy, b!], none),
    b ? undefined : gy && apply(mulOp, [a!, gy], none),
  ],
  batch: leadingAxes(() => mulOp),
  formula: ([a, b]) => infix('.*', 'product', a!, b!),
  samples: [{ inputs: [{ shape: [2, 3] }, { shape: [2, 3] }] }, { inputs: [{ shape: [] }, { shape: [] }] }],
});

/**
 * The product `rate * d` of the chain rule: a zero (co)tangent stays zero whatever the rate is, so that 0 · ∞ of a branch
 * that was not taken never becomes NaN (the strong zero of Speelpenning and of Enzyme).
 */
export const chainOp: OpRecord<None> = multilinear({
  name: 'chain',
  type: (x) => [elementwiseType('chain', x, 'float')],
  evaluate: (x, _p, [y]) => [mapElements((rate, d) => (d === 0 ? 0 : rate! * d!), x, y!)],
  transpose: ([gy], [rate, d]) => [
    rate ? undefined : gy && apply(chainOp, [d!, gy], none),
    d ? undefined : gy && apply(chainOp, [rate!, gy], none),
  ],
  batch: leadingAxes(() => chainOp),
  formula: ([a, b]) => infix('.*', 'product', a!, b!),
  samples: [{ inputs: [{ shape: [2, 3] }, { shape: [2, 3] }] }],
});
