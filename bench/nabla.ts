// Our own contenders: the plain reference backend, and compiled code on one and more threads.
import * as nabla from '../src/index.ts';
import type { DType, InputData } from './inputs.ts';

export type Nabla = typeof nabla;
export type NablaTensor = nabla.Tensor;
export type NablaInputs = Readonly<Record<string, NablaTensor>>;

// Not every version has threads.
const { setThreads } = nabla as Nabla & { readonly setThreads?: (count: number) => void | Promise<void> };

/** Undefined where this version cannot run on that many threads. */
export async function useNabla(backend: nabla.BackendName, threads: number, dtype: DType): Promise<Nabla | undefined> {
  if (threads > 1 && !setThreads) return undefined;
  nabla.setBackend(backend);
  nabla.setDefaultDtype(dtype);
  if (backend === 'wasm') await setThreads?.(threads);
  return nabla;
}

export function nablaTensor({ shape, values }: InputData): NablaTensor {
  return nabla.tensor(values, { shape: [...shape] });
}
