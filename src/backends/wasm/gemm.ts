// The matrix product kernels as functions, compiled at first use, for each of the two widths a module. Programs import them too.
import { type Callee, ModuleBuilder } from './assembler.ts';
import { emitMatmul } from './matmul.ts';
import { MOST_PAGES } from './memory.ts';
import { emitMirror } from './mirror.ts';
import { hasRelaxedMadd } from './support.ts';
import type { Float } from './width.ts';

/** See emitMatmul and emitMirror for the arguments. */
export type Kernel = (...args: number[]) => void;

/** What one module exports. */
export type GemmKernels = Readonly<Record<`gemm_${Float}` | `mirror_${Float}`, Kernel>>;

/** The kernels as imports of another module, for which gemmImports gives the functions. */
export interface Gemm {
  readonly multiply: Callee;
  readonly mirror: Callee;
}

export type Gemms = ReadonlyMap<Float, Gemm>;

/** The import of the kernels of some widths. */
export function importGemms(module: ModuleBuilder, floats: ReadonlySet<Float>): Gemms {
  const kernel = (name: string, count: number): Callee =>
    module.importFunction('gemm', name, { params: new Array<'i32'>(count).fill('i32'), results: [] });
  const gemm = (float: Float): Gemm => ({
    multiply: kernel(`gemm_${float}`, 18),
    mirror: kernel(`mirror_${float}`, 4),
  });
  return new Map([...floats].map((float) => [float, gemm(float)]));
}

/** What a program imports that uses these widths. */
export function gemmImports(memory: WebAssembly.Memory, floats: ReadonlySet<Float>): WebAssembly.ModuleImports {
  return Object.assign({}, ...[...floats].map((float) => gemmKernels(memory, float)));
}

interface Compiled {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly module: WebAssembly.Module;
}

const compiled = new Map<string, Compiled>();
const instances = new WeakMap<WebAssembly.Memory, Map<Float, GemmKernels>>();

/** The kernels for memory that threads share, or not. */
export function gemmModule(shared: boolean, float: Float): Compiled {
  const key = `${float} ${shared}`;
  let made = compiled.get(key);
  if (!made) {
    const builder = new ModuleBuilder();
    builder.importMemory(1, MOST_PAGES, shared);
    emitMatmul(builder, float, hasRelaxedMadd());
    emitMirror(builder, float);
    const bytes = builder.build();
    made = { bytes, module: new WebAssembly.Module(bytes) };
    compiled.set(key, made);
  }
  return made;
}

export function gemmKernels(memory: WebAssembly.Memory, float: Float): GemmKernels {
  let known = instances.get(memory);
  if (!known) {
    known = new Map();
    instances.set(memory, known);
  }
  let kernels = known.get(float);
  if (!kernels) {
    const { module } = gemmModule(!(memory.buffer instanceof ArrayBuffer), float);
    kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as GemmKernels;
    known.set(float, kernels);
  }
  return kernels;
}
