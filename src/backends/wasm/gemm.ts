// The matrix product kernels as functions, compiled at first use. Programs import them too.
import { type Callee, ModuleBuilder } from './assembler.ts';
import { emitMatmul } from './matmul.ts';
import { MOST_PAGES } from './memory.ts';
import { emitMirror } from './mirror.ts';
import { hasRelaxedMadd } from './support.ts';

/** See emitMatmul and emitMirror for the arguments. */
export type Kernel = (...args: number[]) => void;

export interface GemmKernels {
  readonly gemm_f32: Kernel;
  readonly gemm_f64: Kernel;
  readonly mirror_f32: Kernel;
  readonly mirror_f64: Kernel;
}

/** The kernels as imports of another module, for which gemmKernels gives the functions. */
export interface Gemms {
  readonly float32: { readonly multiply: Callee; readonly mirror: Callee };
  readonly float64: { readonly multiply: Callee; readonly mirror: Callee };
}

export function importGemms(module: ModuleBuilder): Gemms {
  const kernel = (name: keyof GemmKernels, count: number): Callee =>
    module.importFunction('gemm', name, { params: new Array<'i32'>(count).fill('i32'), results: [] });
  return {
    float32: { multiply: kernel('gemm_f32', 18), mirror: kernel('mirror_f32', 4) },
    float64: { multiply: kernel('gemm_f64', 18), mirror: kernel('mirror_f64', 4) },
  };
}

interface Compiled {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly module: WebAssembly.Module;
}

const compiled = new Map<boolean, Compiled>();
const instances = new WeakMap<WebAssembly.Memory, GemmKernels>();

/** The kernels for memory that threads share, or not. */
export function gemmModule(shared: boolean): Compiled {
  let made = compiled.get(shared);
  if (!made) {
    const builder = new ModuleBuilder();
    builder.importMemory(1, MOST_PAGES, shared);
    for (const float of ['f32', 'f64'] as const) {
      emitMatmul(builder, float, hasRelaxedMadd());
      emitMirror(builder, float);
    }
    const bytes = builder.build();
    made = { bytes, module: new WebAssembly.Module(bytes) };
    compiled.set(shared, made);
  }
  return made;
}

export function gemmKernels(memory: WebAssembly.Memory): GemmKernels {
  let kernels = instances.get(memory);
  if (!kernels) {
    const { module } = gemmModule(!(memory.buffer instanceof ArrayBuffer));
    kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as GemmKernels;
    instances.set(memory, kernels);
  }
  return kernels;
}
