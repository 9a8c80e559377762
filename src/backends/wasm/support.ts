// What this engine can run, found out by validating modules of a few bytes.
import { ModuleBuilder } from './assembler.ts';

function validates(relaxed: boolean): boolean {
  const module = new ModuleBuilder();
  const f = module.function({ params: [], results: [] });
  f.splat('f32', 1);
  f.splat('f32', 2);
  f.splat('f32', 3);
  if (relaxed) f.op('f32x4.relaxed_madd');
  else {
    f.op('f32x4.add');
    f.op('f32x4.add');
  }
  f.op('drop');
  try {
    return WebAssembly.validate(module.build());
  } catch {
    return false;
  }
}

let simd: boolean | undefined;
let relaxed: boolean | undefined;

/** Whether 128-bit vectors exist and modules may be compiled synchronously (a content security policy can forbid it). */
export function hasSimd(): boolean {
  if (simd === undefined) {
    simd = typeof WebAssembly === 'object' && validates(false);
    if (simd) {
      try {
        new WebAssembly.Module(new ModuleBuilder().build());
      } catch {
        simd = false;
      }
    }
  }
  return simd;
}

/**
 * Whether a·b + c is one instruction. It is used wherever it exists: a quarter faster in products, and nearer to the exact
 * result. It may round once or twice, as the machine has it, but always the same way on one machine, and everything else about
 * a result is fixed (the order of sums depends on shapes alone, not on threads); so results are reproducible to the bit on a
 * machine and an engine, and may differ in their last bits between engines with and without it.
 */
export function hasRelaxedMadd(): boolean {
  relaxed ??= hasSimd() && validates(true);
  return relaxed;
}
