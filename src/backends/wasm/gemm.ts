// The matrix product kernels as functions, compiled at first use. Programs import them too.
import { type Callee, ModuleBuilder } from './assembler.ts';
import { emitMatmul } from './matmul.ts';
import { MOST_PAGES } from './memory.ts';
import { hasRelaxedMadd } from './support.ts';

/** See emitMatmul for the arguments. */
export type Gemm = (...args: number[]) => void;

export interface GemmKernels {
  readonly gemm_f32: Gemm;
  readonly gemm_f64: Gemm;
}

/** The kernels as imports of another module, for which gemmKernels gives the functions. */
export interface Gemms {
  readonly float32: Callee;
  readonly float64: Callee;
}

export function importGemms(module: ModuleBuilder): Gemms {
  const signature = { params: new Array<'i32'>(13).fill('i32'), results: [] };
  return {
    float32: module.importFunction('gemm', 'gemm_f32', signature),
    float64: module.importFunction('gemm', 'gemm_f64', signature),
  };
}

let compiled: WebAssembly.Module | undefined;
const instances = new WeakMap<WebAssembly.Memory, GemmKernels>();

function gemmModule(): WebAssembly.Module {
  const builder = new ModuleBuilder();
  builder.importMemory(1, MOST_PAGES, false);
  emitMatmul(builder, 'f32', hasRelaxedMadd());
  emitMatmul(builder, 'f64', hasRelaxedMadd());
  return new WebAssembly.Module(builder.build());
}

export function gemmKernels(memory: WebAssembly.Memory): GemmKernels {
  let kernels = instances.get(memory);
  if (!kernels) {
    compiled ??= gemmModule();
    kernels = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as GemmKernels;
    instances.set(memory, kernels);
  }
  return kernels;
}
