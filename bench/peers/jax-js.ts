// @jax-js/jax as far as it is used here. The package is installed on demand, so its types are written down instead of
// imported. Every function consumes its arguments; `x.ref` keeps x.
import type { InputData } from '../inputs.ts';

export interface JaxArray {
  readonly ref: this;
  readonly size: number;
  add(x: JaxArray | number): JaxArray;
  sub(x: JaxArray | number): JaxArray;
  mul(x: JaxArray | number): JaxArray;
  div(x: JaxArray | number): JaxArray;
  neg(): JaxArray;
  sum(axis?: number): JaxArray;
  mean(axis?: number): JaxArray;
  transpose(): JaxArray;
  reshape(shape: number[]): JaxArray;
  slice(...index: (number | [] | [number, number])[]): JaxArray;
  dataSync(): ArrayLike<number>;
  blockUntilReady(): Promise<JaxArray>;
  dispose(): void;
}

export type JaxInputs = Readonly<Record<string, JaxArray>>;
type Function<A extends readonly unknown[], R> = (...args: A) => R;

export interface JaxJs {
  init(...devices: string[]): Promise<string[]>;
  defaultDevice(device: string): unknown;
  jit<A extends readonly unknown[], R>(f: Function<A, R>): Function<A, R>;
  /** With respect to the first argument. */
  valueAndGrad<A extends readonly unknown[]>(f: Function<A, JaxArray>): Function<A, [JaxArray, A[0]]>;
  jacfwd(f: (x: JaxArray) => JaxArray): (x: JaxArray) => JaxArray;
  hessian(f: (x: JaxArray) => JaxArray): (x: JaxArray) => JaxArray;
  readonly numpy: {
    array(values: unknown, options: { shape: number[] }): JaxArray;
    zeros(shape: number[]): JaxArray;
    dot(a: JaxArray, b: JaxArray): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
    square(x: JaxArray): JaxArray;
    exp(x: JaxArray): JaxArray;
    log(x: JaxArray): JaxArray;
    sin(x: JaxArray): JaxArray;
    tanh(x: JaxArray): JaxArray;
    split(x: JaxArray, sections: number, axis: number): JaxArray[];
  };
  readonly nn: {
    relu(x: JaxArray): JaxArray;
    sigmoid(x: JaxArray): JaxArray;
    logSoftmax(x: JaxArray, axis: number): JaxArray;
    oneHot(x: JaxArray, classes: number): JaxArray;
  };
  readonly lax: { conv(x: JaxArray, w: JaxArray, strides: number[], padding: string): JaxArray };
}

export async function useJaxJs(): Promise<JaxJs> {
  // Its test of a typed array's class names Float16Array, which Node has from version 24 on.
  const globals = globalThis as { Float16Array?: unknown };
  globals.Float16Array ??= class {};
  const name = '@jax-js/jax';
  const jax: JaxJs = await import(name);
  await jax.init('cpu', 'wasm');
  jax.defaultDevice('wasm');
  return jax;
}

export function jaxArray(jax: JaxJs, { shape, values }: InputData): JaxArray {
  return jax.numpy.array(values, { shape: [...shape] });
}

/** A read makes pending work happen at once; for large results the asynchronous wait, which copies nothing, is faster. */
const READ_LIMIT = 1024;

export async function finishJax(outputs: readonly JaxArray[]): Promise<void> {
  for (const y of outputs) {
    if (y.size <= READ_LIMIT) y.dataSync();
    else (await y.blockUntilReady()).dispose();
  }
}
