// rand and randn: samples without a key in sight. They come from one sequence of keys, which starts at seed 0 and can be
// started anew, so a script gives the same numbers every time it runs. Inside jit they are drawn once, while tracing: use
// keys there.
import { checkOptions } from '../nn/options.ts';
import type { CreateOptions } from '../tensor/create.ts';
import type { FloatDType } from '../tensor/dtype.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { floatDType, normal, uniform } from './continuous.ts';
import { foldIn, key } from './keys.ts';

export interface QuickOptions extends CreateOptions {
  /** Draws from `random.key(seed)` instead of the common sequence. */
  readonly seed?: number;
}

let root = key(0);
let count = 0;

/** Starts the sequence of rand and randn anew. */
export function setSeed(seed: number): void {
  root = key(seed);
  count = 0;
}

function quick(op: string, options: QuickOptions, draw: (key: Tensor, dtype: FloatDType) => Tensor): Tensor {
  checkOptions(op, options, ['seed', 'dtype', 'requiresGrad']);
  const x = draw(options.seed === undefined ? foldIn(root, count++) : key(options.seed), floatDType(op, options));
  if (options.requiresGrad) x.requiresGrad = true;
  return x;
}

/** Uniform samples in [0, 1): `rand([2, 3])`, reproducible as `rand([2, 3], { seed: 1 })`. */
export function rand(shape: readonly number[] = [], options: QuickOptions = {}): Tensor {
  return quick('rand', options, (from, dtype) => uniform(from, shape, { dtype }));
}

/** Standard normal samples: `randn([2, 3])`, reproducible as `randn([2, 3], { seed: 1 })`. */
export function randn(shape: readonly number[] = [], options: QuickOptions = {}): Tensor {
  return quick('randn', options, (from, dtype) => normal(from, shape, { dtype }));
}
