// A run computes with what it says: in a cell of the matrix for compiled code even a small sum is code, elsewhere it is not.
import { expect, test } from 'vitest';
import { currentBackend, type Executable } from '../../src/program/backend.ts';
import { traceFlat } from '../../src/program/trace.ts';
import { primitives } from '../../src/tensor/op.ts';
import { dense, type Tensor } from '../../src/tensor/tensor.ts';
import './registered.ts';

const backend = process.env.NABLA_TEST_BACKEND;
const x = dense('float64', [3], Float64Array.of(1, 2, 3));
const doubled = [[2, 4, 6]];

test('a small operation by itself', () => {
  const y = currentBackend().evaluate(primitives.get('add')!, [x, x], {}, [x]);
  expect(y?.map((v) => Array.from(v.values()))).toEqual(backend === 'wasm' ? doubled : undefined);
});

test('a program', () => {
  const program = traceFlat('test', (v) => [(v as Tensor).add(v as Tensor)], [x]);
  const code: Executable | undefined = currentBackend().compile(program);
  expect(code?.([x])?.map((v) => Array.from(v.values()))).toEqual(backend === 'js' ? undefined : doubled);
});
