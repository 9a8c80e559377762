// checkpoint(f): the same function, whose intermediate values are not kept for the backward pass but computed again there.
// It is one operation that carries f's program; its tangent and transpose carry the tangent and transposed programs, which
// contain the forward computation they need.

import { mul, square } from '../ops/arithmetic.ts';
import { composite } from '../ops/composite.ts';
import type { Program } from '../program/program.ts';
import { bind } from '../tensor/dispatch.ts';
import { isFloat } from '../tensor/dtype.ts';
import { call } from '../tensor/formula.ts';
import type { OpRecord } from '../tensor/op.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { unflatten } from '../tensor/tree.ts';
import { type AnyFunction, booleansOf, checkFunction, flattenTensors } from './call.ts';
import { batchProgram, closed, runDense, tangentProgram, transposeProgram } from './programs.ts';
import { traceTree } from './staging.ts';

interface CallParam {
  readonly program: Program;
}

const checkpointOp: OpRecord<CallParam> = {
  name: 'checkpoint',
  type: (_x, { program }) => program.outputs,
  evaluate: (x, { program }) => runDense(program, x),
  jvp: (x, dx, { program }) => {
    const tangent = tangentProgram(
      program,
      dx.map((d) => d !== null),
    );
    const dy = [...bind(checkpointOp, [...x, ...dx.filter((d) => d !== null)], { program: tangent })];
    return program.outputs.map((y) => (isFloat(y.dtype) ? dy.shift()! : null));
  },
  transpose: (gy, x, { program }) => {
    const linear = x.map((v) => v === undefined);
    const transposed = transposeProgram(
      program,
      linear,
      gy.map((g) => g !== null),
    );
    const inputs = [...x.filter((v) => v !== undefined), ...gy.filter((g) => g !== null)];
    const gx = [...bind(checkpointOp, inputs, { program: transposed })];
    return linear.map((l) => (l ? gx.shift()! : undefined));
  },
  batch: (x, batched, size, { program }) => {
    const outs = bind(checkpointOp, x, { program: batchProgram(program, batched, size) });
    return { outs, batched: outs.map(() => true) };
  },
  formula: (x) => call('checkpoint', ...x),
  samples: [], // it needs a program: tested as the composite below
};

/**
 * `checkpoint(f)` computes what f computes and has the same derivatives, but keeps only its inputs for the backward pass
 * and runs f again there. Values that f closes over are differentiated too.
 */
export function checkpoint(f: AnyFunction): AnyFunction {
  checkFunction('checkpoint', f);
  return (...args: unknown[]) => {
    const input = flattenTensors('checkpoint', args);
    const given = booleansOf(args);
    const traced = traceTree('checkpoint', (...x: unknown[]) => f(...given(x)), input.shape, input.leaves);
    const { program, captured } = closed(traced.program);
    return unflatten(traced.shape, bind(checkpointOp, [...captured, ...input.leaves], { program }));
  };
}

composite('checkpoint', (x: Tensor) => checkpoint((v: Tensor) => mul(square(v), v))(x) as Tensor, [
  { inputs: [{ shape: [3] }] },
]);
