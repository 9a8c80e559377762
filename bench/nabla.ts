// Our own contenders: the plain reference backend, and compiled code on one and more threads.
import * as nabla from '../src/index.ts';
import type { DType, InputData } from './inputs.ts';

export type Nabla = typeof nabla;
export type NablaTensor = nabla.Tensor;
export type NablaInputs = Readonly<Record<string, NablaTensor>>;

/** `threads` is for wasm; the workers start with the first calls, which are not timed. Undefined where there are fewer. */
export function useNabla(backend: nabla.BackendName, threads: number, dtype: DType): Nabla | undefined {
  nabla.setBackend(backend);
  nabla.setDefaultDtype(dtype);
  nabla.setThreads(threads);
  return nabla.getThreads() === threads ? nabla : undefined;
}

export function nablaTensor({ shape, values }: InputData): NablaTensor {
  return nabla.tensor(values, { shape: [...shape] });
}
