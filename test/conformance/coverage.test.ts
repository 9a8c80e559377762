// No public function escapes the tables: whatever the library exports is a primitive, a composite, or listed here with
// the reason why it is neither.
import { describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.ts';
import { composites } from '../../src/ops/composite.ts';
import { primitives } from '../../src/tensor/op.ts';
import './registered.ts';

/** Names, or all of a namespace with `.*`, and where they are tested instead. */
const others: Readonly<Record<string, string>> = {
  'makes a tensor from no tensor (test/tensor, test/nn, test/random)': `arange eye full fullLike linspace ones onesLike
    tensor zeros zerosLike nn.initAttention nn.initConv nn.initLinear nn.initMlp nn.initRecurrent rand randn random.*`,
  'transforms a function (test/transforms, test/property)': `checkGrads customLinearSolve customRoot grad gradcheck
    gradgradcheck hessian hessianDiagonal hvp jacfwd jacobian jacrev jet jit jvp laplacian linearTranspose linearize
    runProgram valueAndGrad valueGradHessian vhp vjp vmap`,
  'belongs to the tape (test/eager)': `autograd.* detectAnomaly enableGrad inferenceMode isGradEnabled isInferenceMode
    noGrad`,
  'knows a matrix by its products (test/structured)':
    'linalg.cg linalg.hutchinsonDiagonal linalg.hutchinsonTrace linalg.lanczos',
  'moves parameters (test/optim) or bytes (test/data)': 'optim.* load loadNpy loadNpz save saveNpy saveNpz',
  'derives formulas (test/symbolic)': 'symbolic.*',
  'holds a derivative with its structure (test/structured)': 'structured.*',
  'is a setting, a class or a tool for trees and types': `Program Tensor assertShape compileStages dynamic getBackend getDefaultDtype
    getThreads setBackend setDefaultDtype setThreads tree.* withShape`,
  'is another name, or a member of a family in the tables': `allclose amax amin special.i0 special.i0e special.i1
    special.i1e special.j0 special.j1 special.y0 special.y1 switchCase variance`,
};
const excused = Object.values(others).flatMap((names) => names.split(/\s+/));

const matches = (pattern: string, name: string): boolean =>
  pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;

/** Names as users write them: `matmul`, `linalg.inv`. */
function publicFunctions(): string[] {
  return Object.entries(nabla).flatMap(([name, value]) => {
    if (typeof value === 'function') return /Error$/.test(name) ? [] : [name];
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([member, f]) => (typeof f === 'function' ? [`${name}.${member}`] : []));
  });
}

const inTables = (name: string): boolean => {
  const last = name.split('.').at(-1)!;
  return [name, last].some((key) => primitives.has(key) || composites.has(key));
};

test('every public function is in a table or has a reason', () => {
  const missing = publicFunctions().filter((name) => !inTables(name) && !excused.some((p) => matches(p, name)));
  expect(missing.sort()).toEqual([]);
});

test('every listed reason is still needed', () => {
  const names = publicFunctions();
  expect(excused.filter((pattern) => !names.some((name) => matches(pattern, name)))).toEqual([]);
});

describe('samples', () => {
  const records = [...primitives.values(), ...composites.values()];

  test('only operations that carry a program, tested as composites, have none', () => {
    const bare = records.filter(({ samples }) => samples.length === 0).map(({ name }) => name);
    expect(bare.filter((name) => !composites.has(name))).toEqual([]);
  });

  test('every exemption says why', () => {
    const reasons = records.flatMap(({ name, samples }) =>
      samples.flatMap(({ exempt }) => Object.values(exempt ?? {}).map((why) => [name, why] as const)),
    );
    expect(reasons.filter(([, why]) => why.trim().length < 10)).toEqual([]);
  });
});
