// whileLoop and foriLoop. A while loop has no known length, so its tangents can be carried along (forward mode) but there is
// nothing to walk back over; a fori loop with known bounds is a scan and has every derivative.
import { ArgumentError, NotDifferentiableError, ShapeError } from '../errors.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { less } from '../ops/comparison.ts';
import { composite } from '../ops/composite.ts';
import { zerosOf } from '../ops/linear.ts';
import { any } from '../ops/reduction.ts';
import { where } from '../ops/select.ts';
import { allBatched, reshapeTo } from '../ops/spread.ts';
import type { Program } from '../program/program.ts';
import { run, traceFlat } from '../program/trace.ts';
import { arange, tensor } from '../tensor/create.ts';
import { bind } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import type { Cotangent, OpRecord } from '../tensor/op.ts';
import { Tensor } from '../tensor/tensor.ts';
import { unflatten } from '../tensor/tree.ts';
import { type AnyFunction, checkFunction, flattenTensors } from './call.ts';
import { batchProgram, closed, cut, jointProgram, runDense } from './programs.ts';
import { checkCarry, scan } from './scan.ts';
import { traceTree } from './staging.ts';

interface WhileParam {
  /** Inputs: its constants, carry. Output: a bool scalar. */
  readonly test: Program;
  /** Inputs: its constants, carry. Outputs: carry. */
  readonly body: Program;
  readonly testConstants: number;
  readonly bodyConstants: number;
}

/** Inputs: constants of the test, constants of the body, initial carry. Outputs: final carry. */
const whileOp: OpRecord<WhileParam> = {
  name: 'while',
  type: (_x, { body }) => body.outputs,
  evaluate: (x, { test, body, testConstants, bodyConstants }) => {
    const [forTest, forBody, init] = cut(x, testConstants, bodyConstants);
    let state: readonly Tensor[] = init!;
    while (runDense(test, [...forTest!, ...state])[0]!.item()) state = runDense(body, [...forBody!, ...state]);
    return state.map((v) => v.concrete('whileLoop'));
  },
  jvp: (x, dx, { test, body, testConstants, bodyConstants }) => {
    const [forTest, forBody, init] = cut(x, testConstants, bodyConstants) as [Tensor[], Tensor[], Tensor[]];
    const [, dForBody, dInit] = cut(dx, testConstants, bodyConstants) as [Cotangent[], Cotangent[], Cotangent[]];
    const floats = init.map((v) => isFloat(v.dtype));
    const marked = [...dForBody.map((d) => d !== null), ...floats];
    // jointProgram takes (constants, carry, tangents); the loop's carry is (carry, dcarry), so dconstants move forward.
    const joint = jointProgram(body, marked);
    const nd = dForBody.filter((d) => d !== null).length;
    const jointBody = traceFlat(
      'jvp',
      (...v) => {
        const [constants, dConstants, state] = cut(v, bodyConstants, nd) as [Tensor[], Tensor[], Tensor[]];
        const [c, dc] = cut(state, init.length) as [Tensor[], Tensor[]];
        return run(joint, [...constants, ...c, ...dConstants, ...dc]);
      },
      [
        ...body.inputs.slice(0, bodyConstants),
        ...body.inputs.slice(0, bodyConstants).filter((_, i) => marked[i]),
        ...body.inputs.slice(bodyConstants),
        ...body.inputs.slice(bodyConstants).filter((_, i) => floats[i]),
      ],
    );
    const jointTest = traceFlat('jvp', (...v) => run(test, v.slice(0, test.inputs.length)), [
      ...test.inputs,
      ...init.filter((_, i) => floats[i]),
    ]);
    const start = init.flatMap((v, i) => (floats[i] ? [dInit[i] ?? zerosOf(v)] : []));
    const outs = bind(whileOp, [...forTest, ...forBody, ...dForBody.filter((d) => d !== null), ...init, ...start], {
      test: jointTest,
      body: jointBody,
      testConstants,
      bodyConstants: bodyConstants + nd,
    });
    const dy = outs.slice(init.length);
    return floats.map((f) => (f ? dy.shift()! : null));
  },
  transpose: () => {
    throw new NotDifferentiableError(
      'whileLoop: reverse mode needs the number of steps in advance, and an unbounded loop has none.',
      'use scan or foriLoop with a fixed number of steps, forward mode (jvp, jacfwd), or an ordinary loop outside jit',
    );
  },
  batch: (x, batched, size, { test, body, testConstants, bodyConstants }) => {
    const [forTest, forBody, init] = cut(x, testConstants, bodyConstants) as [Tensor[], Tensor[], Tensor[]];
    const [testIn, bodyIn, initIn] = cut(batched, testConstants, bodyConstants) as [boolean[], boolean[], boolean[]];
    const all = init.map(() => true);
    const many = batchProgram(test, [...testIn, ...all], size);
    const step = batchProgram(body, [...bodyIn, ...all], size);
    const carry = allBatched(init, initIn, size);
    // The loop goes on while any example does; finished examples keep their values.
    const anyTest = traceFlat('vmap', (...v) => [any(run(many, v)[0]!)], many.inputs);
    const frozen = traceFlat(
      'vmap',
      (...v) => {
        const [c, b, state] = cut(v, testConstants, bodyConstants) as [Tensor[], Tensor[], Tensor[]];
        const going = run(many, [...c, ...state])[0]!;
        return run(step, [...b, ...state]).map((next, i) =>
          where(reshapeTo(going, [size, ...next.shape.slice(1).map(() => 1)]), next, state[i]!),
        );
      },
      [...many.inputs.slice(0, testConstants), ...step.inputs.slice(0, bodyConstants), ...carry],
    );
    const outs = bind(whileOp, [...forTest, ...forTest, ...forBody, ...carry], {
      test: anyTest,
      body: frozen,
      testConstants,
      bodyConstants: testConstants + bodyConstants,
    });
    return { outs, batched: outs.map(() => true) };
  },
  formula: (x) => call('while', ...x),
  samples: [], // it needs programs: tested as the composite below
};

/**
 * `whileLoop(test, body, init)` repeats `carry = body(carry)` while `test(carry)`, a bool scalar, holds. The carry is a
 * tree that keeps its types. Forward mode works; reverse mode throws NotDifferentiableError with advice.
 */
export function whileLoop(test: AnyFunction, body: AnyFunction, init: unknown): unknown {
  checkFunction('whileLoop', test);
  checkFunction('whileLoop', body);
  const carry = flattenTensors('whileLoop', init);
  const input = { kind: 'list', items: [carry.shape] } as const;
  const testing = traceTree('whileLoop', test, input, carry.leaves);
  const [verdict] = testing.program.outputs;
  if (testing.program.outputs.length !== 1 || !verdict || verdict.dtype !== 'bool' || verdict.shape.length !== 0) {
    throw new ArgumentError('whileLoop: the test must return a bool scalar.', 'compare with less, greater, equal, ...');
  }
  if (verdict instanceof Tensor && verdict.concrete('whileLoop').values()[0] !== 0) {
    throw new ArgumentError(
      'whileLoop: the test does not depend on the carry and is true, so the loop would never end.',
      'compare tensors of the carry: whileLoop((x) => less(x, 10), ...)',
    );
  }
  const stepping = traceTree('whileLoop', body, input, carry.leaves);
  checkCarry('whileLoop', carry.shape, carry.leaves, stepping.shape, stepping.program.outputs);
  const t = closed(testing.program);
  const b = closed(stepping.program);
  const outs = bind(whileOp, [...t.captured, ...b.captured, ...carry.leaves], {
    test: t.program,
    body: b.program,
    testConstants: t.captured.length,
    bodyConstants: b.captured.length,
  });
  return unflatten(carry.shape, outs);
}

/**
 * `foriLoop(lo, hi, body, init)` is `carry = body(i, carry)` for i = lo, …, hi − 1, with i an int32 scalar. With numbers
 * as bounds it is a scan and differentiates in both modes; with traced bounds it is a while loop.
 */
export function foriLoop(lo: number | Tensor, hi: number | Tensor, body: AnyFunction, init: unknown): unknown {
  checkFunction('foriLoop', body);
  for (const bound of [lo, hi]) {
    if (bound instanceof Tensor ? bound.dtype !== 'int32' || bound.ndim !== 0 : !Number.isInteger(bound)) {
      throw new ShapeError(`foriLoop: bounds must be integers, got ${String(bound)}.`);
    }
  }
  if (typeof lo === 'number' && typeof hi === 'number') {
    const steps = arange(lo, Math.max(lo, hi), 1, { dtype: 'int32' });
    return scan((carry: unknown, i: Tensor) => [body(i, carry), null], init, steps)[0];
  }
  const asIndex = (bound: number | Tensor): Tensor =>
    typeof bound === 'number' ? tensor(bound, { dtype: 'int32' }) : bound;
  const last = asIndex(hi);
  const [, result] = whileLoop(
    ([i]: [Tensor]) => less(i, last),
    ([i, carry]: [Tensor, unknown]) => [add(i, 1), body(i, carry)],
    [asIndex(lo), init],
  ) as [Tensor, unknown];
  return result;
}

composite('foriLoop', (x: Tensor) => foriLoop(0, 3, (_i: Tensor, v: Tensor) => mul(v, v), x) as Tensor, [
  { inputs: [{ shape: [2], domain: [0.5, 1] }] },
]);
composite(
  'whileLoop',
  (x: Tensor) =>
    whileLoop(
      (v: Tensor) => any(less(v, 4)),
      (v: Tensor) => mul(v, 2),
      x,
    ) as Tensor,
  [{ inputs: [{ shape: [2], domain: [0.6, 0.9] }], exempt: { tape: 'an unbounded loop has no reverse mode' } }],
);
