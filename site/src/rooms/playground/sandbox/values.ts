// The function's value at the inputs, and its gradient where there is one.
import { Tensor, tree } from 'nabla';
import type { SandboxTools } from '../../../sandbox/tasks.ts';
import type { Given, ValuesAnswer } from '../answers.ts';
import { dataOf, scalarFunction, subject } from './subject.ts';
import { gradients } from './transforms.ts';

type Named = ValuesAnswer['outputs'][number];

const named = (name: string, x: Tensor): Named => ({ name, tensor: dataOf(x), printed: String(x).slice(0, 4_000) });

/** The names in `(x, { w, b }) =>`, where they are plain ones. */
function parametersOf(f: unknown): string[] {
  const source = String(f);
  const [, inside = '', arrow = ''] = /^(?:async\s+)?(?:function\b[^(]*)?\(([^)]*)\)|^(\w+)\s*=>/.exec(source) ?? [];
  const names = (inside || arrow)
    .split(',')
    .map((part) => part.replace(/=.*/, '').trim())
    .filter(Boolean);
  return names.every((name) => /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name)) ? names : [];
}

function outputsOf(y: unknown): Named[] {
  if (y instanceof Tensor) return [named('f', y)];
  if (typeof y === 'number')
    return [{ name: 'f', tensor: { shape: [], dtype: 'number', entries: [y] }, printed: String(y) }];
  if (y instanceof Promise) {
    throw new TypeError('f returned a promise: an async function has no derivative. Write it without async.');
  }
  const leaves = tree.leaves(y).filter((leaf): leaf is Tensor => leaf instanceof Tensor);
  if (leaves.length === 0)
    throw new TypeError(`f returned ${y === undefined ? 'nothing' : typeof y}, expected a tensor.`);
  return leaves.map((leaf, i) => named(`f${leaves.length > 1 ? `, part ${i + 1}` : ''}`, leaf));
}

export function values(given: Given, tools: SandboxTools): ValuesAnswer {
  const whole = subject(given, tools);
  const { f, inputs, args } = whole;
  const parameters = parametersOf(f);
  if (f.length > args.length) {
    const missing = parameters.slice(args.length).join(', ');
    throw new TypeError(`f has ${f.length} parameters: add an input${missing ? ` for ${missing}` : ''}.`);
  }
  const y = f(...args);
  const outputs = outputsOf(y);
  const scalar = y instanceof Tensor && y.size === 1 && y.dtype.startsWith('float');
  const argnums = args.map((_, i) => i);
  const found = scalar && args.length > 0 ? gradients(scalarFunction(whole, 'The gradient'), { argnums })(...args) : [];
  return {
    inputs: inputs.map(({ name }, i) => named(name, args[i]!)),
    outputs,
    gradients: found.map((g, i) => named(inputs[i]!.name, g)),
    parameters,
  };
}
